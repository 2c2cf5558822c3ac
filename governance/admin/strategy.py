"""The strategy: thematics, achievements and their figures, diagnosis, calendar."""

from django.contrib import admin

from ..models import Achievement, AchievementFigure, Milestone, PublicFact, StrategyStatement, SwotItem, Thematic
from .base import ModeratorTabularInline, ReferenceAdmin


@admin.register(Thematic)
class ThematicAdmin(ReferenceAdmin):
    list_display = ("name", "short_name", "reference_code", "position")
    search_fields = ("name", "short_name", "source_name", "code")
    fixed_fields = ("code", "reference_code")


class AchievementFigureInline(ModeratorTabularInline):
    model = AchievementFigure
    fields = ("code", "value", "unit", "precision", "horizon", "origin", "position")


@admin.register(Achievement)
class AchievementAdmin(ReferenceAdmin):
    list_display = ("text", "thematic", "position")
    list_filter = ("thematic",)
    list_select_related = ("thematic",)
    search_fields = ("text", "code")
    autocomplete_fields = ("thematic",)
    inlines = (AchievementFigureInline,)


@admin.register(AchievementFigure)
class AchievementFigureAdmin(ReferenceAdmin):
    list_display = ("display_value", "unit", "precision", "horizon", "achievement")
    list_filter = ("achievement__thematic",)
    list_select_related = ("achievement",)
    search_fields = ("unit", "precision", "code")
    autocomplete_fields = ("achievement",)

    @admin.display(description="valeur", ordering="value")
    def display_value(self, figure):
        return figure.display_value


@admin.register(SwotItem)
class SwotItemAdmin(ReferenceAdmin):
    list_display = ("text", "kind", "thematic", "position")
    list_filter = ("kind", "thematic")
    list_select_related = ("thematic",)
    search_fields = ("text", "code")
    autocomplete_fields = ("thematic",)


@admin.register(Milestone)
class MilestoneAdmin(ReferenceAdmin):
    list_display = ("title", "label", "starts_on", "ends_on", "position")
    search_fields = ("title", "detail", "label", "code")
    date_hierarchy = "starts_on"


@admin.register(StrategyStatement)
class StrategyStatementAdmin(ReferenceAdmin):
    list_display = ("text", "kind", "position")
    list_filter = ("kind",)
    search_fields = ("text", "note", "code")


@admin.register(PublicFact)
class PublicFactAdmin(ReferenceAdmin):
    list_display = ("text", "year", "certainty")
    list_filter = ("year",)
    search_fields = ("text", "source", "code")
