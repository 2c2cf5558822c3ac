"""The sections of a sheet: one declaration read by the editor, completeness, versions, differences and documents.

The order, the fields and their place come from PRODUCT.md, section 1.
"""

from dataclasses import dataclass
from functools import cached_property

from django.db import models as django_models

from . import models
from .models import choices


@dataclass(frozen=True)
class Rows:
    """A table of rows: the relation on the sheet, its fields in order, what it is called."""

    name: str
    label: str
    fields: tuple[str, ...]
    add_label: str

    @property
    def model(self):
        return models.ProjectSheet._meta.get_field(self.name).related_model

    def field(self, name):
        """Return the model field of a column."""
        return self.model._meta.get_field(name)


@dataclass(frozen=True)
class Section:
    """One page of the editor."""

    code: str
    number: int
    label: str
    help: str
    fields: tuple[str, ...] = ()
    rows: tuple[Rows, ...] = ()

    def __str__(self):
        return f"{self.number}. {self.label}"

    @cached_property
    def row_names(self):
        return tuple(rows.name for rows in self.rows)


SECTIONS = (
    Section(
        "identification", 1, "Identification", "Le nom du projet et son idée en une phrase.",
        ("title", "pitch", "thematic", "secondary_thematics", "origin", "maturity"),
        (
            Rows("inspirations", "Cas d'usage qui inspirent le projet", ("use_case", "relevance", "adaptation"),
                 "Ajouter un cas d'usage"),
            Rows("links", "Liens avec d'autres fiches", ("kind", "target"), "Ajouter un lien"),
        ),
    ),
    Section(
        "contexte", 2, "Contexte et objectifs", "À quel besoin le projet répond, et pour qui.",
        ("need", "objectives", "target_publics", "target_publics_details", "beneficiaries",
         "beneficiaries_not_estimated", "expected_results", "participation"),
    ),
    Section(
        "acteurs", 3, "Portage et acteurs", "Qui répond du projet, et avec qui.",
        ("project_owner", "project_owner_name", "ownership_mode", "owner_commitment", "owner_commitment_on",
         "owner_commitment_by", "owner_rationale", "technical_referent", "elected_referent"),
        (Rows("partners", "Partenaires", ("organisation", "name", "role", "commitment", "contribution"),
              "Ajouter un partenaire"),),
    ),
    Section(
        "territoire", 4, "Territoire", "Où le projet se déroule.",
        ("scale", "epcis", "communes", "territory_details"),
    ),
    Section(
        "technique", 5, "Technique", "Ce qu'il faut pour que le projet fonctionne.",
        ("technical_description", "prerequisites", "personal_data", "hosting", "interoperability", "accessibility",
         "sobriety"),
    ),
    Section(
        "budget", 6, "Budget", "Ce que le projet coûte, et qui le paie.",
        ("budget_magnitude", "amounts_include_tax", "budget_notes", "plan_gap_reason"),
        (
            Rows("costs", "Dépenses", ("label", "nature", "item", "year", "amount"), "Ajouter une dépense"),
            Rows("funding", "Recettes", ("funder", "scheme", "kind", "year", "amount", "status"),
                 "Ajouter une recette"),
            Rows("staffing", "Temps de travail", ("organisation_name", "year", "full_time_equivalent"),
                 "Ajouter un temps de travail"),
        ),
    ),
    Section(
        "organisation", 7, "Organisation", "Comment le projet est conduit.",
        ("organisation_description", "procedures", "communication"),
    ),
    Section(
        "calendrier", 8, "Calendrier", "Quand le projet commence, avance et finit.",
        ("starts_on", "ends_on", "duration", "is_recurring"),
        (Rows("phases", "Étapes", ("label", "starts_on", "ends_on", "deliverable"), "Ajouter une étape"),),
    ),
    Section(
        "indicateurs", 9, "Indicateurs", "Comment on saura que le projet réussit.",
        (),
        (Rows("indicators", "Indicateurs",
              ("label", "family", "kind", "unit", "baseline_value", "baseline_on", "target_value", "target_on",
               "direction", "alert_threshold", "source", "frequency", "measured_by"),
              "Ajouter un indicateur"),),
    ),
    Section(
        "freins", 10, "Freins", "Ce qui peut arrêter le projet, et la réponse prévue.",
        (),
        (Rows("obstacles", "Freins",
              ("category", "description", "severity", "likelihood", "answer", "answered_by", "state"),
              "Ajouter un frein"),),
    ),
    Section("documents", 11, "Documents", "Les pièces utiles à l'instruction."),
)  # fmt: skip

BY_CODE = {section.code: section for section in SECTIONS}
FIELDS = {name: section for section in SECTIONS for name in section.fields}
ROWS = {rows.name: rows for section in SECTIONS for rows in section.rows}
SECTION_OF_ROWS = {rows.name: section for section in SECTIONS for rows in section.rows}

# Fields that hold several values of a closed list.
LISTS = {
    "target_publics": choices.TargetPublic,
    "prerequisites": choices.Prerequisite,
    "procedures": choices.Procedure,
}


def field(name):
    """Return the model field called `name`."""
    return models.ProjectSheet._meta.get_field(name)


def label(name):
    """Return what people call a field, a capital first."""
    verbose = str(field(name).verbose_name)
    return verbose[:1].upper() + verbose[1:]


def is_relation(model_field):
    """True for a field that names one other record."""
    return isinstance(model_field, django_models.ForeignKey)


def is_many(model_field):
    """True for a field that names several other records."""
    return isinstance(model_field, django_models.ManyToManyField)
