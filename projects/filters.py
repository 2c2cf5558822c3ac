"""What a visitor may ask of the list of sheets."""

import django_filters
from django import forms

from cdn_portal.lib.search import matching
from governance.models import Epci, Thematic

from .models import ProjectSheet


class SheetFilter(django_filters.FilterSet):
    """Text, thematic, status and territory; all in the address, so that a search can be shared."""

    q = django_filters.CharFilter(label="Mots", method="search", widget=forms.TextInput(attrs={"type": "search"}))
    thematique = django_filters.ModelChoiceFilter(
        field_name="thematic", to_field_name="code", label="Thématique", empty_label="Toutes",
        queryset=Thematic.objects.order_by("position"),
    )  # fmt: skip
    etat = django_filters.ChoiceFilter(field_name="status", label="État", empty_label="Tous", choices=ProjectSheet.Status)
    epci = django_filters.ModelChoiceFilter(
        field_name="epcis", to_field_name="siren", label="Intercommunalité", empty_label="Toutes",
        queryset=Epci.objects.order_by("name"),
    )  # fmt: skip

    class Meta:
        model = ProjectSheet
        fields = []

    def search(self, sheets, name, text):
        """Keep the sheets that hold every word, whatever its accents and plural."""
        return sheets.filter(matching(text, "search_text"))
