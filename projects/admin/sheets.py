"""A sheet in the admin: read, compare, decide. Nothing here writes a status or a content: the workflow and its doors do."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from governance.admin.base import ModeratorAdmin
from governance.models import Message

from .. import (
    content,
    differences,
    history,
    permissions,
    queue,
    scoring,
    sections,
    workflow,
)
from ..models import ProjectSheet
from ..reading import Reading
from . import decisions, steps
from .forms import HandlingForm, RemarkForm, ScoreForm
from .queue import QueueMixin

EDITS_SHOWN = 20
RELATED = ("thematic", "organisation", "project_owner", "department_pilot", "handler", "created_by", "merged_into")
# What guards and permissions ask of a sheet, in one go.
TABLES = tuple(name for name in sections.ROWS if name not in ("partners", "links"))
PREFETCHED = (
    "invitees",
    "secondary_thematics",
    "epcis",
    "communes",
    "partners__organisation",
    "links__target",
    *TABLES,
)


@admin.register(ProjectSheet)
class ProjectSheetAdmin(QueueMixin, ModeratorAdmin):
    """Sheets are born in the portal and are never erased; their fields are not typed in here."""

    def has_add_permission(self, request, *args):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        posts = (
            ("suivi/", decisions.handle, "handle"),
            ("notes/", decisions.score, "score"),
            ("remarques/", decisions.remark, "remark"),
            ("remarques/<int:comment_pk>/clore/", decisions.close_remark, "close_remark"),
        )
        ours = [self._path("etapes/<slug:name>/", self._bound(steps.take), "step")]
        ours += [self._path(tail, require_POST(self._bound(view)), name) for tail, view, name in posts]
        return ours + super().get_urls()

    def _path(self, tail, view, name):
        return path(f"<int:pk>/{tail}", self.admin_site.admin_view(view), name=f"projects_projectsheet_{name}")

    def _bound(self, view):
        return lambda request, **kwargs: view(self, request, **kwargs)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The page of a sheet; it takes no form of its own, so that a forged one changes nothing."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return self.page(request, self.load(request, unquote(object_id)))

    def load(self, request, pk):
        """Return a sheet with all that its page reads; Http404 when there is none."""
        if not self.has_change_permission(request) or not str(pk).isdecimal():
            raise Http404
        prefetch_related_objects([request.user], "memberships")
        found = self.get_queryset(request).select_related(*RELATED).prefetch_related(*PREFETCHED)
        return get_object_or_404(found, pk=pk)

    def page_url(self, sheet):
        return reverse("admin:projects_projectsheet_change", args=[sheet.pk])

    def page_context(self, request, sheet, title):
        """What every page about one sheet shows."""
        return self.admin_site.each_context(request) | {
            "title": title, "opts": self.opts, "sheet": sheet, "original": sheet, "page_url": self.page_url(sheet),
            "wait": queue.wait(sheet), "has_view_permission": True,
        }  # fmt: skip

    def page(self, request, sheet, *, status=200, **forms):
        """Answer with the page of a sheet; `forms` are those that were refused."""
        can_moderate = permissions.can_moderate(request.user, sheet)
        lines = scoring.grid(sheet, request.user)
        context = self.page_context(request, sheet, sheet.title)
        context |= what_is_read(sheet) | exchanges(sheet) | records(sheet)
        offers = steps.offers(sheet, request.user)
        context |= {
            "can_moderate": can_moderate,
            "can_score": scoring.can_score(request.user, sheet),
            "offers": offers,
            "ask_url": next(
                (offer.url for offer in offers if offer.is_open and offer.step.name == "request_changes"), ""
            ),
            "handling_form": forms.get("handling") or HandlingForm(sheet=sheet, auto_id="suivi_%s"),
            "score_form": forms.get("score") or ScoreForm(lines=lines, auto_id="note_%s"),
            "remark_form": forms.get("remark") or RemarkForm(auto_id="remarque_%s"),
            "lines": lines,
            "result": scoring.result(lines),
        }
        return TemplateResponse(request, "admin/projects/projectsheet/sheet.html", context, status=status)


def what_is_read(sheet):
    """Return the frozen version (or the draft, when there is none yet) and what changed around it."""
    versions = list(sheet.versions.select_related("frozen_by").order_by("-number"))
    latest = versions[0] if versions else None
    is_live = latest is None or sheet.status in permissions.WRITABLE
    live = content.frozen(sheet) if is_live else None
    return {
        "versions": versions,
        "version": latest,
        "reading": Reading(latest.content if latest else live),
        "changes": differences.between(versions[1].content, latest.content) if len(versions) > 1 else [],
        "changes_under_way": differences.between(latest.content, live) if latest and is_live else [],
    }


def exchanges(sheet):
    """Return what was asked, answered and said."""
    requests = list(sheet.change_requests.select_related("requested_by").order_by("-pk"))
    return {
        "requests": [_request(request) for request in requests],
        "opinions": list(sheet.opinions.select_related("expert", "asked_by").order_by("-pk")),
        "comments": [
            (comment, sections.BY_CODE.get(comment.section, ""))
            for comment in sheet.comments.select_related("author", "resolved_by").order_by("created_at", "pk")
        ],
        "attachments": list(sheet.attachments.order_by("uploaded_at", "pk")),
    }


def _request(request):
    """Return a request with its due date in words and, by section, what the authors answered."""
    due, level = queue.deadline(request.due_on) if request.closed_at is None else ("", "calm")
    asked = [
        (sections.BY_CODE[code], request.answers.get(code, "")) for code in request.sections if code in sections.BY_CODE
    ]
    return {"row": request, "due": due, "level": level, "asked": asked}


def records(sheet):
    """Return what was done and written about the sheet."""
    edits = list(history.edits(sheet)[:EDITS_SHOWN])
    return {
        "events": [_event(done) for done in sheet.transitions.select_related("by", "version").order_by("-pk")],
        "edits": history.sentences(edits),
        "mails": Message.objects.filter(about__in=[sheet.draft_key, sheet.reference or sheet.draft_key]).select_related(
            "recipient"
        ),
        "log": LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(ProjectSheet), object_id=str(sheet.pk)
        ).select_related("user"),
    }


def _event(done):
    step = workflow.label(done.name)
    return {
        "when": done.at, "title": step, "by": str(done.by or "Le portail"), "text": done.comment, "status": done.to_status,
        "label": done.get_to_status_display(), "version": done.version,
    }  # fmt: skip
