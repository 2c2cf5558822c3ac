"""EPCIs and communes."""

from django.contrib import admin

from ..models import Commune, Epci
from .base import ModeratorAdmin, ReferenceAdmin


@admin.register(Epci)
class EpciAdmin(ReferenceAdmin):
    list_display = ("official_name", "kind", "population", "commune_count", "seat_commune", "is_partial")
    list_filter = ("kind", "is_partial")
    search_fields = ("name", "official_name", "long_name", "acronym", "siren")
    fixed_fields = ("siren",)


@admin.register(Commune)
class CommuneAdmin(ModeratorAdmin):
    list_display = ("name", "insee_code", "epci", "population", "arrondissement")
    list_filter = ("arrondissement", "epci")
    list_select_related = ("epci",)
    search_fields = ("name", "insee_code")
    autocomplete_fields = ("epci",)
