"""The queue of moderation: what waits, for whom, since when, and giving sheets to agents by the handful."""

from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from cdn_portal.lib.numbers import euros
from governance.models import User

from .. import handling, queue, workflow
from ..models import ProjectSheet
from . import filters

S = ProjectSheet.Status
MOST_AT_ONCE = 500


class AssignForm(ActionForm):
    """The bar of actions, with the agent to whom sheets are given."""

    handler = forms.ModelChoiceField(
        User.objects.moderators(), label="Instructeur", required=False, empty_label="Choisir un agent"
    )


@dataclass(frozen=True)
class Result:
    """What came of one row of a bulk action."""

    sheet: ProjectSheet
    is_done: bool
    words: str


def give(sheet, handler, *, by):
    """Give one sheet to `handler` through the workflow, or as staff do once it is being examined; return a Result."""
    try:
        if sheet.status == S.SUBMITTED:
            workflow.perform(sheet, "start_review", by=by, handler=handler)
        elif sheet.status not in (S.IN_REVIEW, S.CHANGES_REQUESTED, S.EXAMINED):
            return Result(sheet, False, f"La fiche est « {sheet.get_status_display()} » : il n'y a rien à instruire.")
        elif not handling.assign(sheet, handler, by=by):
            return Result(sheet, True, f"{handler} instruit déjà cette fiche.")
    except PermissionDenied:
        return Result(sheet, False, "Vous écrivez cette fiche : un autre agent doit la confier.")
    except (workflow.TransitionError, handling.HandlingConflict, handling.NotAnExaminer) as error:
        return Result(sheet, False, str(error))
    return Result(sheet, True, f"Confiée à {handler}.")


class QueueMixin:
    """Columns, filters, search and actions of the list of sheets."""

    list_display = (
        "key",
        "sheet_title",
        "state",
        "waiting",
        "handled_by",
        "theme",
        "author_organisation",
        "owner",
        "budget",
    )
    list_display_links = ("key", "sheet_title")
    list_filter = (
        filters.AudienceFilter, filters.StatusFilter, filters.ThematicFilter, filters.HandlerFilter, filters.OrganisationFilter,
    )  # fmt: skip
    list_select_related = ("thematic", "organisation", "project_owner", "handler")
    date_hierarchy = "submitted_at"
    search_fields = ("search_text",)
    search_help_text = "Référence, intitulé, organisme, mots de la fiche ; les accents ne comptent pas."
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    action_form = AssignForm
    actions = ("assign",)

    def get_queryset(self, request):
        return queue.annotated(super().get_queryset(request).kept())

    def get_ordering(self, request):
        return queue.order()

    def get_search_results(self, request, queryset, search_term):
        return queue.search(queryset, search_term), False

    def changelist_view(self, request, extra_context=None):
        counts = queue.counts(ProjectSheet.objects.kept(), request.user)
        chosen = request.GET.get(filters.AudienceFilter.parameter_name, "")
        tabs = [
            {"value": who.value, "label": who.label, "count": count, "current": chosen == who.value}
            for who, count in counts.items()
        ]
        context = {
            "title": "Fiches à instruire", "tabs": tabs, "no_tab": chosen not in queue.Audience.values,
            "kept": {name: value for name, value in request.GET.items() if name == "attend" or name.startswith("submitted_at__")},
        }  # fmt: skip
        return super().changelist_view(request, context | (extra_context or {}))

    @admin.display(description="référence", ordering="reference")
    def key(self, sheet):
        return format_html('<span class="reference">{}</span>', sheet.reference or "Brouillon")

    @admin.display(description="intitulé", ordering="title")
    def sheet_title(self, sheet):
        return sheet.title

    @admin.display(description="thématique", ordering="thematic__position")
    def theme(self, sheet):
        thematic = sheet.thematic
        context = {"code": thematic.code, "name": thematic.name, "short_name": thematic.short_name}
        return render_to_string("components/thematic_tag.html", context)

    @admin.display(description="statut", ordering="status")
    def state(self, sheet):
        return status_tag(sheet)

    @admin.display(description="organisme", ordering="organisation__name")
    def author_organisation(self, sheet):
        return labelled("Organisme", sheet.organisation.short_name)

    @admin.display(description="maîtrise d'ouvrage", ordering="project_owner__name")
    def owner(self, sheet):
        name = sheet.project_owner.short_name if sheet.project_owner_id else sheet.project_owner_name
        return labelled("Maîtrise d'ouvrage", name or "À nommer")

    @admin.display(description="instructeur", ordering="handler__full_name")
    def handled_by(self, sheet):
        return labelled("Instructeur", sheet.handler or "Personne encore")

    @admin.display(description="attente", ordering="waits_since")
    def waiting(self, sheet):
        return render_to_string("admin/projects/wait.html", {"wait": queue.wait(sheet), "priority": sheet.priority})

    @admin.display(description="budget", ordering="cost_total")
    def budget(self, sheet):
        words = euros(sheet.cost_total) if sheet.cost_total is not None else sheet.get_budget_magnitude_display()
        return labelled("Budget", words or "Non chiffré")

    @admin.action(description="Confier à l'instructeur choisi")
    def assign(self, request, queryset):
        field = AssignForm.base_fields["handler"]
        try:
            handler = field.clean(request.POST.get("handler"))
        except ValidationError:
            handler = None
        if handler is None:
            self.message_user(
                request, "Choisissez d'abord un instructeur dans la liste « Instructeur ».", messages.ERROR
            )
            return None
        chosen = list(queryset.select_related(*self.list_select_related)[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            self.message_user(request, f"Confiez {MOST_AT_ONCE} fiches au plus à la fois.", messages.ERROR)
            return None
        results = [give(sheet, handler, by=request.user) for sheet in chosen]
        return TemplateResponse(
            request, "admin/projects/projectsheet/results.html", self.results_context(request, handler, results)
        )

    def results_context(self, request, handler, results):
        done = sum(result.is_done for result in results)
        return self.admin_site.each_context(request) | {
            "title": f"Fiches confiées à {handler}", "opts": self.opts, "results": results, "done": done,
            "refused": len(results) - done, "back_url": reverse("admin:projects_projectsheet_changelist"),
        }  # fmt: skip


def labelled(label, value):
    """Return a cell that names itself where the head of the table has no room."""
    return format_html('<span class="cell-label">{} : </span>{}', label, value)


def status_tag(sheet):
    """Return the status of a sheet as a sign and words."""
    return render_to_string("components/status_tag.html", {"status": sheet.status, "label": sheet.get_status_display()})
