"""What a visitor may ask of the list of sheets."""

import django_filters
from django import forms
from django.db.models import Q

from cdn_portal.lib.search import matching
from governance.models import Epci, Thematic

from .models import ProjectSheet
from .models.choices import Scale


class SheetFilter(django_filters.FilterSet):
    """Text, thematic, status and territory; all in the address, so that a search can be shared."""

    q = django_filters.CharFilter(
        label="Mots cherchés", method="search", widget=forms.TextInput(attrs={"type": "search"})
    )
    thematique = django_filters.ModelChoiceFilter(
        field_name="thematic", to_field_name="code", label="Thématique", empty_label="Toutes",
        queryset=Thematic.objects.order_by("position"),
    )  # fmt: skip
    etat = django_filters.ChoiceFilter(
        field_name="status", label="État", empty_label="Tous", choices=ProjectSheet.Status
    )
    epci = django_filters.ModelChoiceFilter(
        method="in_epci", to_field_name="siren", label="Intercommunalité concernée", empty_label="Toutes",
        queryset=Epci.objects.order_by("name"),
    )  # fmt: skip

    class Meta:
        model = ProjectSheet
        fields = []

    def search(self, sheets, name, text):
        """Keep the sheets that hold every word, whatever its accents and plural."""
        return sheets.filter(matching(text, "search_text"))

    def in_epci(self, sheets, name, epci):
        """Keep the sheets that reach an intercommunality: by its name, by one of its communes, or as all the others."""
        return sheets.filter(Q(epcis=epci) | Q(communes__epci=epci) | Q(scale=Scale.DEPARTMENT))
