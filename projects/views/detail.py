"""The page of a sheet, laid out to be read: it says what the PDF says, then what the reader may do."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.views.decorators.http import require_safe

from governance.permissions import is_moderator

from .. import coauthors, completeness, documents, drafts, history, permissions, printing, remarks, sections, workflow
from ..models import ProjectSheet
from .pages import find
from .steps import ON_PORTAL

CONTENT = (
    "secondary_thematics", "epcis", "communes", "partners__organisation", "links__target",
    *(name for name in sections.ROWS if name not in ("partners", "links")),
)  # fmt: skip
SUBMITTING = {ProjectSheet.Status.DRAFT: "submit", ProjectSheet.Status.CHANGES_REQUESTED: "resubmit"}


@require_safe
@login_not_required
def detail(request, key):
    """One sheet: what is being written for its writers and staff, the last frozen version for everyone else."""
    sheet = find(request.user, key)
    if key != sheet.key:
        return redirect(sheet)
    version = sheet.latest_version
    is_live = permissions.can_view_live(request.user, sheet) and (
        version is None or sheet.status in permissions.WRITABLE
    )
    if version is None and not is_live:
        raise Http404
    return _page(request, sheet, None if is_live else version, latest=version)


@require_safe
def version(request, key, number):
    """One frozen version of a sheet, for those who write or examine it."""
    sheet = find(request.user, key)
    if not permissions.can_view_live(request.user, sheet):
        raise PermissionDenied
    return _page(request, sheet, get_object_or_404(sheet.versions, number=number), latest=sheet.latest_version)


def _page(request, sheet, shown, *, latest):
    """Answer with the page of a frozen version, or of what is being written when `shown` is None."""
    user = request.user
    takes_part = permissions.can_view_live(user, sheet)
    if shown is None:
        # The page, the guards of the steps and what is missing all read the content.
        prefetch_related_objects([sheet], *CONTENT)
    facts = documents.facts(sheet, shown)
    context = {
        "sheet": sheet,
        "page": printing.sheet_page(facts),
        "version": shown,
        "latest": latest,
        "is_old": bool(shown and shown.number != latest.number),
        "takes_part": takes_part,
        "events": _events(sheet, takes_part),
        "files": _files(sheet, takes_part),
        "can_copy": permissions.can_create(user),
    }
    if takes_part:
        context |= _for_participants(sheet, user, facts["frozen"]["content"])
    return render(request, "projects/detail.html", context)


def _for_participants(sheet, user, state):
    """Return what only writers and staff see: what is expected, the steps, the people, the remarks."""
    can_edit = permissions.can_edit(user, sheet)
    step = SUBMITTING.get(sheet.status)
    return {
        "can_edit": can_edit,
        "can_discard": permissions.can_discard(user, sheet),
        "can_invite": coauthors.can_invite(user, sheet),
        "is_moderator": is_moderator(user),
        "kept_days": drafts.KEPT.days,
        "change_request": asked_by(sheet.open_request),
        "steps": _steps(sheet, user),
        "missing": completeness.missing(state, completeness.Step.SUBMIT) if can_edit and step else [],
        "remarks": _remarks(sheet),
        "can_remark": remarks.can_remark(user, sheet),
        "sections": sections.SECTIONS,
    }


def _steps(sheet, user):
    """Return the steps that the reader may take here, those that move the project on first."""
    found = [option for option in workflow.options(sheet, user) if option.step.name in ON_PORTAL]
    return sorted(found, key=lambda option: (not option.step.freezes, ON_PORTAL.index(option.step.name)))


def asked_by(request):
    """Return an open request with its sections by name, None without a request."""
    if request is None:
        return None
    return {
        "request": request,
        "sections": [sections.BY_CODE[code] for code in request.sections if code in sections.BY_CODE],
    }


def _events(sheet, takes_part):
    """Return the thread of life, with a link to each version for those who may read them all."""
    found = history.events(sheet)
    for event in found:
        if takes_part and event["version"]:
            event["url"] = reverse("projects:version", args=[sheet.key, event["version"]])
    return found


def _files(sheet, takes_part):
    """Return the documents that the reader may open, ready for components/file_list.html."""
    shown = sheet.attachments.order_by("uploaded_at", "pk")
    return [
        {
            "url": reverse("projects:attachment", args=[sheet.key, file.uid]),
            "name": file.name,
            "kind": file.name.rpartition(".")[2].upper(),
            "size": filesizeformat(file.size),
            "note": "Publié avec la fiche" if takes_part and file.is_public else "",
        }
        for file in (shown if takes_part else shown.filter(is_public=True))
    ]


def _remarks(sheet):
    """Return the remarks, those that wait first, each with the name of its section."""
    found = sheet.comments.select_related("author", "resolved_by").order_by("created_at", "pk")
    listed = [{"remark": each, "section": sections.BY_CODE.get(each.section, "")} for each in found]
    return sorted(listed, key=lambda each: each["remark"].resolved_at is not None)
