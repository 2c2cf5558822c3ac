"""Criteria that staff tune, opinions and remarks they follow, and the records that nobody edits."""

from django.contrib import admin, messages
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from cdn_portal.lib.search import matching
from governance.admin.base import ModeratorAdmin, ReadOnlyAdmin

from .. import history, permissions, remarks, workflow
from ..models import (
    Comment,
    Criterion,
    Opinion,
    ReferenceCounter,
    SheetEdit,
    SheetVersion,
    Transition,
)


def sheet_link(row):
    """Return a link to the page of the sheet of a row."""
    return format_html(
        '<a href="{}">{}</a>', reverse("admin:projects_projectsheet_change", args=[row.sheet_id]), row.sheet.key
    )


class SheetRowMixin:
    """What the rows of a sheet share: they name it, and are found by it."""

    search_fields = ("sheet__search_text",)
    search_help_text = "Référence ou mots de la fiche ; les accents ne comptent pas."
    show_full_result_count = False

    def get_search_results(self, request, queryset, search_term):
        return queryset.filter(matching(search_term, "sheet__search_text")), False

    @admin.display(description="fiche", ordering="sheet__reference")
    def sheet_key(self, row):
        return sheet_link(row)


@admin.register(Criterion)
class CriterionAdmin(ModeratorAdmin):
    """A criterion that was used is put aside rather than erased."""

    list_display = ("label", "weight", "is_active")
    list_filter = ("is_active",)
    search_fields = ("label",)

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Opinion)
class OpinionAdmin(SheetRowMixin, ReadOnlyAdmin):
    """Opinions are asked by a step of the sheet and given by their expert; here they are followed and taken back."""

    list_display = ("sheet_key", "expert", "due_on", "state", "asked_by", "asked_at")
    list_display_links = ("expert",)
    list_filter = ("due_on", "answered_at", "revoked_at")
    list_select_related = ("sheet", "expert", "asked_by")
    date_hierarchy = "asked_at"
    actions = ("revoke",)

    @admin.display(description="état")
    def state(self, opinion):
        if opinion.revoked_at:
            return "Demande retirée"
        if opinion.answered_at:
            return "Avis rendu"
        return "En retard" if opinion.due_on < timezone.localdate() else "Attendu"

    @admin.action(description="Retirer la demande d'avis", permissions=["view"])
    def revoke(self, request, queryset):
        mine = [o for o in queryset.select_related("sheet") if permissions.can_moderate(request.user, o.sheet)]
        count = sum(opinion.revoke() for opinion in mine)
        level = messages.SUCCESS if count else messages.WARNING
        self.message_user(request, f"{count} demande(s) d'avis retirée(s).", level)


@admin.register(Comment)
class CommentAdmin(SheetRowMixin, ReadOnlyAdmin):
    """A remark is written on the sheet's page and closed, never rewritten."""

    list_display = ("sheet_key", "body", "author", "created_at", "resolved_at")
    list_display_links = ("body",)
    list_filter = ("resolved_at", "created_at", "section")
    list_select_related = ("sheet", "author")
    date_hierarchy = "created_at"
    actions = ("close",)

    @admin.action(description="Clore les remarques", permissions=["view"])
    def close(self, request, queryset):
        mine = [c for c in queryset.select_related("sheet") if remarks.can_remark(request.user, c.sheet)]
        count = sum(remarks.close(comment, by=request.user) for comment in mine)
        self.message_user(request, f"{count} remarque(s) close(s).", messages.SUCCESS if count else messages.WARNING)


@admin.register(ReferenceCounter)
class ReferenceCounterAdmin(ReadOnlyAdmin):
    list_display = ("year", "code", "last")
    list_filter = ("year",)


@admin.register(Transition)
class TransitionAdmin(SheetRowMixin, ReadOnlyAdmin):
    list_display = ("sheet_key", "step", "from_status", "to_status", "by", "at")
    list_display_links = ("step",)
    list_filter = ("to_status", "at")
    list_select_related = ("sheet", "by")
    date_hierarchy = "at"

    @admin.display(description="étape", ordering="name")
    def step(self, transition):
        return workflow.label(transition.name)


@admin.register(SheetVersion)
class SheetVersionAdmin(SheetRowMixin, ReadOnlyAdmin):
    list_display = ("sheet_key", "number", "frozen_at", "frozen_by", "short_digest")
    list_display_links = ("number",)
    list_select_related = ("sheet", "frozen_by")
    date_hierarchy = "frozen_at"
    # The content is read, laid out, on the page of the sheet.
    exclude = ("content",)

    @admin.display(description="empreinte")
    def short_digest(self, version):
        return version.sha256[:12]


@admin.register(SheetEdit)
class SheetEditAdmin(SheetRowMixin, ReadOnlyAdmin):
    list_display = ("sheet_key", "revision", "by", "at")
    list_display_links = ("revision",)
    list_select_related = ("sheet", "by")
    date_hierarchy = "at"
    fields = ("sheet_key", "revision", "by", "at", "told")
    readonly_fields = ("sheet_key", "told")

    @admin.display(description="changements")
    def told(self, edit):
        [(_edit, sentences)] = history.sentences([edit])
        return format_html_join("", "<p>{}</p>", ((sentence,) for sentence in sentences))
