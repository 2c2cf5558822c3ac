"""The pages where sheets are read: list, one sheet, my sheets, history."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from governance.permissions import is_elected, is_moderator

from .. import completeness, content, history, permissions, remarks, workflow
from ..filters import SheetFilter
from ..models import ChangeRequest, ProjectSheet
from ..reading import Reading

PAGE_SIZE = 24
KEPT_AFTER_DISCARD = timedelta(days=30)
S = ProjectSheet.Status


def find(user, key):
    """Return the sheet of this reference or draft key, if `user` may know it; Http404 otherwise."""
    visible = ProjectSheet.objects.visible_to(user).select_related(
        "thematic", "organisation", "project_owner", "department_pilot", "handler", "created_by"
    )
    sheet = visible.filter(reference=key).first() or visible.filter(draft_key=key).first()
    if sheet is None:
        raise Http404
    return sheet


@require_safe
@login_not_required
def sheet_list(request):
    """Every sheet that the reader may see, filtered by the address."""
    asked = SheetFilter(request.GET, ProjectSheet.objects.visible_to(request.user))
    found = ProjectSheet.objects.filter(pk__in=asked.qs.values("pk")).for_list()
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"filter": asked, "page": page, "query": query.urlencode(), "can_create": permissions.can_create(request.user)}
    return render(request, "projects/list.html", context)


@require_safe
@login_not_required
def detail(request, key):
    """One sheet: what is being written for its writers and staff, the last frozen version for everyone else."""
    sheet = find(request.user, key)
    if key != sheet.key:
        return redirect(sheet)
    version = sheet.latest_version
    is_live = permissions.can_view_live(request.user, sheet) and (version is None or sheet.status in permissions.WRITABLE)
    if version is None and not is_live:
        raise Http404
    frozen = content.frozen(sheet) if is_live else version.content
    can_edit = permissions.can_edit(request.user, sheet)
    takes_part = permissions.can_view_live(request.user, sheet)
    context = {
        "sheet": sheet,
        "reading": Reading(frozen),
        "version": None if is_live else version,
        "can_edit": can_edit,
        "can_discard": permissions.can_discard(request.user, sheet),
        "takes_part": takes_part,
        "options": workflow.options(sheet, request.user) if request.user.is_authenticated else [],
        "change_request": sheet.open_request if takes_part else None,
        "missing": completeness.missing(frozen["content"], completeness.Step.SUBMIT) if can_edit else [],
        "events": history.events(sheet),
        "documents": documents(sheet, takes_part),
        "comments": list(sheet.comments.select_related("author").order_by("created_at")) if takes_part else [],
        "can_remark": request.user.is_authenticated and remarks.can_remark(request.user, sheet),
    }
    return render(request, "projects/detail.html", context)


def documents(sheet, takes_part):
    """Return the documents that a reader may open, ready for components/file_list.html."""
    shown = sheet.attachments.order_by("uploaded_at", "pk")
    if not takes_part:
        shown = shown.filter(is_public=True)
    return list(shown)


@require_safe
def sheet_history(request, key):
    """Who changed what, from what to what; for writers and staff."""
    sheet = find(request.user, key)
    if not permissions.can_view_live(request.user, sheet):
        raise PermissionDenied
    page = Paginator(history.edits(sheet), 30).get_page(request.GET.get("page"))
    return render(request, "projects/history.html", {"sheet": sheet, "page": page, "lines": history.sentences(page.object_list)})


@require_safe
def workspace(request):
    """What is expected of me first, then my drafts, then what others examine."""
    mine = list(
        ProjectSheet.objects.written_by(request.user)
        .for_list()
        .prefetch_related(
            Prefetch("change_requests", ChangeRequest.objects.filter(closed_at=None), to_attr="open_requests")
        )
    )
    to_read = ProjectSheet.objects.none()
    if is_elected(request.user):
        to_read = ProjectSheet.objects.visible_to(request.user).filter(status__in=ProjectSheet.EXAMINED_ONWARDS).for_list()[:12]
    context = {
        "to_complete": [sheet for sheet in mine if sheet.status == S.CHANGES_REQUESTED],
        "drafts": [sheet for sheet in mine if sheet.status == S.DRAFT],
        "others": [sheet for sheet in mine if sheet.status not in (S.DRAFT, S.CHANGES_REQUESTED)],
        "opinions": request.user.opinions.filter(answered_at=None, revoked_at=None).select_related("sheet").order_by("due_on"),
        "to_read": to_read,
        "is_elected": is_elected(request.user),
        "is_moderator": is_moderator(request.user),
        "can_create": permissions.can_create(request.user),
        "thrown_away": list(thrown_away(request.user)),
    }
    return render(request, "projects/workspace.html", context)


def thrown_away(user):
    """Return the drafts that `user` began and threw away less than 30 days ago."""
    since = timezone.now() - KEPT_AFTER_DISCARD
    return ProjectSheet.objects.filter(created_by=user, discarded_at__gte=since).order_by("-discarded_at")


def own_draft(user, key):
    """Return a thrown-away draft that `user` may take back; Http404 otherwise."""
    return get_object_or_404(thrown_away(user), draft_key=key)
