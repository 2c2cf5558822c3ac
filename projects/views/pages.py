"""The pages that list: every sheet, my sheets, the changes of one of them."""

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Prefetch, Q, When
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cdn_portal.lib.numbers import SPACE
from governance.permissions import is_elected, is_moderator

from .. import drafts, history, permissions, queue
from ..filters import SheetFilter
from ..models import ChangeRequest, ProjectSheet

PAGE_SIZE = 24
HISTORY_SIZE = 30
TO_READ = 12
WAITING = {
    queue.Audience.ME: "Fiches qui vous attendent",
    queue.Audience.NOBODY: "Fiches que personne n’a prises",
    queue.Audience.AUTHORS: "Fiches que leurs auteurs complètent",
}
S = ProjectSheet.Status
TO_DECIDE = (S.EXAMINED, S.DEFERRED)
READ = (*TO_DECIDE, S.SELECTED, S.IN_DELIVERY, S.COMPLETED)


def find(user, key):
    """Return the sheet of this reference or draft key, if `user` may know it; Http404 otherwise."""
    visible = ProjectSheet.objects.visible_to(user).select_related(
        "thematic", "organisation", "project_owner", "department_pilot", "handler", "created_by"
    )
    # A reference never looks like the key of a draft.
    sheet = visible.filter(Q(reference=key) | Q(draft_key=key)).first()
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
    context = {
        "filter": asked,
        "page": page,
        "query": query.urlencode(),
        "can_create": permissions.can_create(request.user),
    }
    return render(request, "projects/list.html", context)


@require_safe
def sheet_history(request, key):
    """Who changed what, from what to what; for writers and staff."""
    sheet = find(request.user, key)
    if not permissions.can_view_live(request.user, sheet):
        raise PermissionDenied
    page = Paginator(history.entries(sheet), HISTORY_SIZE).get_page(request.GET.get("page"))
    context = {"sheet": sheet, "page": page, "lines": history.lines(sheet, page.object_list)}
    return render(request, "projects/history.html", context)


@require_safe
def workspace(request):
    """What is expected of me first, then my drafts, then what others examine."""
    user = request.user
    waiting = Prefetch("change_requests", ChangeRequest.objects.filter(closed_at=None), to_attr="open_requests")
    mine = list(ProjectSheet.objects.written_by(user).for_list().prefetch_related(waiting))
    to_complete = [sheet for sheet in mine if sheet.status == S.CHANGES_REQUESTED]
    context = {
        "to_complete": sorted(to_complete, key=_due_on),
        "drafts": [sheet for sheet in mine if sheet.status == S.DRAFT],
        "others": [sheet for sheet in mine if sheet.status not in (S.DRAFT, S.CHANGES_REQUESTED)],
        "opinions": _opinions(user),
        "to_read": _to_read(user),
        "is_elected": is_elected(user),
        "waiting": _waiting(user),
        "can_create": permissions.can_create(user),
        "thrown_away": list(drafts.thrown_away_by(user)),
        "kept_days": drafts.KEPT.days,
    }
    return render(request, "projects/workspace.html", context)


def _due_on(sheet):
    return min((each.due_on for each in sheet.open_requests), default=date.max)


def _opinions(user):
    """Return the questions that an expert has not answered yet, the most urgent first."""
    return user.opinions.filter(answered_at=None, revoked_at=None).select_related("sheet").order_by("due_on")


def _to_read(user):
    """Return what an elected official has to read: what waits for a decision first, then what was decided."""
    if not is_elected(user):
        return []
    found = ProjectSheet.objects.visible_to(user).filter(status__in=READ).for_list()
    is_decided = Case(When(status__in=TO_DECIDE, then=0), default=1, output_field=IntegerField())
    return list(found.order_by(is_decided, "-updated_at", "-pk")[:TO_READ])


def _waiting(user):
    """Return what waits for a moderator, one line an audience; None for everybody else."""
    if not is_moderator(user):
        return None
    found = queue.counts(ProjectSheet.objects.kept(), user)
    return [f"{words}{SPACE}: {found[audience]}" for audience, words in WAITING.items()]
