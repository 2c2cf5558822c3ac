"""The living guide of the portal's looks: every component in every state, on invented content.

Shown in the demonstration only.
"""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

THEMATICS = [
    {"code": "e-education", "name": "E-éducation", "short_name": "Éducation"},
    {"code": "e-sante", "name": "E-santé", "short_name": "Santé"},
    {"code": "mediation-inclusion", "name": "Médiation et inclusion numériques", "short_name": "Inclusion"},
    {
        "code": "territoires-intelligents",
        "name": "Aménagement numérique, smart grids et territoires intelligents",
        "short_name": "Territoires intelligents",
    },
    {"code": "e-administration", "name": "E-administration", "short_name": "Administration"},
]
STATUSES = [
    ("draft", "Brouillon"),
    ("submitted", "Déposée"),
    ("in_review", "En instruction"),
    ("changes_requested", "À compléter"),
    ("examined", "Instruite"),
    ("selected", "Retenue"),
    ("deferred", "Ajournée"),
    ("not_selected", "Non retenue"),
    ("in_delivery", "En mise en œuvre"),
    ("completed", "Terminée"),
    ("abandoned", "Abandonnée"),
    ("withdrawn", "Retirée"),
    ("merged", "Fusionnée"),
]
WEATHER = [("on_track", "Conforme"), ("caution", "Vigilance"), ("alert", "Alerte")]
SECTIONS = [
    {"number": 1, "label": "Identification", "url": "#sections", "state": "complete", "current": False},
    {"number": 2, "label": "Contexte et objectifs", "url": "#sections", "state": "partial", "current": True},
    {"number": 3, "label": "Maîtrise d’ouvrage et acteurs", "url": "#sections", "state": "empty", "current": False},
]
EVENTS = [
    {
        "when": "12 mars 2026, 14 h 05",
        "date": "2026-03-12T14:05",
        "by": "Camille Exemple",
        "title": "Fiche déposée",
        "text": "Version 1, avec 4 indicateurs et 2 freins.",
        "url": "#frise",
        "status": "submitted",
    },
    {
        "when": "18 mars 2026, 9 h 40",
        "date": "2026-03-18T09:40",
        "by": "Service numérique",
        "title": "Compléments demandés",
        "text": "Le calendrier n’a pas encore de date de fin.\nRéponse attendue avant le 2 avril.",
        "url": "",
        "status": "changes_requested",
    },
    {
        "when": "Atelier du 23 février",
        "date": "",
        "by": "",
        "title": "Idée proposée par le groupe E-santé",
        "text": "",
        "url": "",
        "status": "",
    },
]
FILES = [
    {"url": "#documents", "name": "Délibération du conseil", "kind": "PDF", "size": "120 ko", "note": ""},
    {"url": "#documents", "name": "Plan de financement", "kind": "ODS", "size": "34 ko", "note": "Réservé au conseil"},
]
TABLE = {
    "columns": ["Poste", "2026", "2027", "2028", "Total"],
    "rows": [
        ["Matériel", "48 000 €", "12 000 €", "0 €", "60 000 €"],
        ["Formation", "6 500 €", "6 500 €", "3 000 €", "16 000 €"],
    ],
    "total": ["Total", "54 500 €", "18 500 €", "3 000 €", "76 000 €"],
}
BARS = [
    {"label": "Éducation", "value": 12, "maximum": 20, "text": "12 fiches", "thematic": "e-education"},
    {"label": "Santé", "value": 7, "maximum": 20, "text": "7 fiches", "thematic": "e-sante"},
    {"label": "Toutes", "value": 19, "maximum": 20, "text": "19 fiches", "thematic": ""},
]
COLOURS = [
    ("paper", "Papier"),
    ("surface", "Feuille"),
    ("surface-sunken", "Creux"),
    ("ink", "Encre"),
    ("ink-soft", "Encre douce"),
    ("line", "Filet"),
    ("line-strong", "Filet fort"),
    ("brand", "Institution"),
    ("brand-strong", "Institution, fort"),
    ("brand-soft", "Institution, pâle"),
    ("accent", "Accent"),
    ("accent-soft", "Accent pâle"),
    ("info", "Information"),
    ("success", "Réussite"),
    ("warning", "Attention"),
    ("danger", "Danger"),
]


class SampleForm(forms.Form):
    """One field of each kind, so that each can be seen empty, filled and wrong."""

    title = forms.CharField(label="Intitulé du projet", max_length=80, help_text="Une phrase courte, à l’infinitif.")
    need = forms.CharField(label="Besoin", widget=forms.Textarea, required=False)
    thematic = forms.ChoiceField(
        label="Thématique", choices=[("", "Choisir"), *((t["code"], t["name"]) for t in THEMATICS)]
    )
    mode = forms.ChoiceField(
        label="Mode de portage",
        choices=[("single", "Une seule structure"), ("grouping", "Un groupement")],
        widget=forms.RadioSelect,
    )
    publics = forms.MultipleChoiceField(
        label="Publics visés",
        choices=[("pupils", "Élèves"), ("elders", "Personnes âgées"), ("agents", "Agents publics")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    amount = forms.DecimalField(label="Montant, en euros hors taxes", min_value=0)
    start_on = forms.DateField(label="Début", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    document = forms.FileField(label="Document", required=False, help_text="PDF, ODT ou image, 20 Mo au plus.")
    agreed = forms.BooleanField(label="Je confirme l’accord de la maîtrise d’ouvrage")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Fieldset("Le projet", "title", "need", "thematic", "mode", "publics"),
            Fieldset("Le plan", "amount", "start_on", "document", "agreed"),
        )


def samples():
    """Return what the guide shows, under the names that its template reads."""
    sample = SampleForm({"title": "Un titre bien trop long " * 5, "amount": "-3", "publics": ["elders"]})
    return {
        "form": sample,
        "statuses": STATUSES,
        "thematics": THEMATICS,
        "weather": WEATHER,
        "sections": SECTIONS,
        "events": EVENTS,
        "files": FILES,
        "table": TABLE,
        "bars": BARS,
        "colours": COLOURS,
        "page": Paginator(range(60), 10).page(3),
    }


@require_safe
@login_not_required
def styleguide(request):
    """Show every component of the portal in every state."""
    return render(request, "cdn_portal/styleguide.html", samples())
