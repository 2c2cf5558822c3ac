"""The library of use cases."""

from django.contrib import admin

from governance.admin.base import ReferenceAdmin

from ..models import UseCase


@admin.register(UseCase)
class UseCaseAdmin(ReferenceAdmin):
    list_display = ("title", "thematic", "territory", "reference_year", "in_aisne", "certainty")
    list_filter = ("thematic", "in_aisne", "reference_year", "certainty")
    list_select_related = ("thematic",)
    search_fields = ("title", "holder", "territory", "summary", "code")
    autocomplete_fields = ("thematic",)
