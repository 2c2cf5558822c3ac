"""The rows of a sheet: partners, money, people, phases, indicators, obstacles, links, inspirations.

Each row has a `uid` that never changes, so that two people's edits of different rows can be merged.
"""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from cdn_portal.lib.dates import PartialDateField
from governance.models import Organisation

from . import choices
from .sheet import ProjectSheet

FIRST_YEAR, LAST_YEAR = 2015, 2050
LARGEST_AMOUNT = 1_000_000_000


def new_uid():
    """Return the identifier of a new row."""
    return uuid.uuid4().hex[:12]


def year_field():
    """Return a year that makes sense for a project of the council."""
    return models.PositiveSmallIntegerField(
        "année",
        validators=[
            MinValueValidator(FIRST_YEAR, f"L'année doit être comprise entre {FIRST_YEAR} et {LAST_YEAR}."),
            MaxValueValidator(LAST_YEAR, f"L'année doit être comprise entre {FIRST_YEAR} et {LAST_YEAR}."),
        ],
    )


def amount_field():
    """Return a sum in euros, to the cent, never negative."""
    return models.DecimalField(
        "montant",
        max_digits=12,
        decimal_places=2,
        validators=[
            MinValueValidator(0, "Un montant ne peut pas être négatif."),
            MaxValueValidator(LARGEST_AMOUNT, "Ce montant dépasse un milliard d'euros : vérifiez-le."),
        ],
    )


class Row(models.Model):
    """What every row of a sheet has: its sheet, its identifier and its place."""

    uid = models.CharField(max_length=12, default=new_uid, editable=False)
    position = models.PositiveIntegerField("ordre", default=0)

    class Meta:
        abstract = True
        ordering = ("position", "pk")
        constraints = [models.UniqueConstraint(fields=["sheet", "uid"], name="%(class)s_unique_uid")]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.uid}"


class SheetPartner(Row):
    sheet = models.ForeignKey(ProjectSheet, models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="partnerships", verbose_name="organisme"
    )
    name = models.CharField("autre organisme", max_length=200, blank=True)
    role = models.CharField("rôle", max_length=10, choices=choices.PartnerRole, blank=True)
    commitment = models.CharField("engagement", max_length=10, choices=choices.Commitment, blank=True)
    contribution = models.CharField("contribution", max_length=500, blank=True)

    class Meta(Row.Meta):
        verbose_name = "partenaire"
        constraints = [
            *Row.Meta.constraints,
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | ~Q(name=""),
                name="sheetpartner_is_named",
                violation_error_message="Choisissez un organisme, ou écrivez son nom.",
            ),
        ]


class CostLine(Row):
    sheet = models.ForeignKey(ProjectSheet, models.CASCADE, related_name="costs")
    label = models.CharField("dépense", max_length=200)
    nature = models.CharField("nature", max_length=10, choices=choices.Nature)
    item = models.CharField("poste", max_length=100, blank=True)
    year = year_field()
    amount = amount_field()

    class Meta(Row.Meta):
        verbose_name = "dépense"
        constraints = [
            *Row.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="costline_not_negative",
                violation_error_message="Un montant ne peut pas être négatif.",
            ),
        ]


class StaffingLine(Row):
    sheet = models.ForeignKey(ProjectSheet, models.CASCADE, related_name="staffing")
    organisation_name = models.CharField("organisme", max_length=200)
    year = year_field()
    full_time_equivalent = models.DecimalField(
        "équivalents temps plein", max_digits=6, decimal_places=2,
        validators=[MinValueValidator(0, "Un temps de travail ne peut pas être négatif.")],
    )  # fmt: skip

    class Meta(Row.Meta):
        verbose_name = "temps de travail"


class FundingLine(Row):
    sheet = models.ForeignKey(ProjectSheet, models.CASCADE, related_name="funding")
    funder = models.CharField("financeur", max_length=200)
    scheme = models.CharField("dispositif", max_length=200, blank=True)
    kind = models.CharField("type", max_length=12, choices=choices.FundingKind, blank=True)
    year = year_field()
    amount = amount_field()
    status = models.CharField(
        "état", max_length=12, choices=choices.FundingStatus, default=choices.FundingStatus.CONSIDERED
    )

    class Meta(Row.Meta):
        verbose_name = "recette"
        constraints = [
            *Row.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="fundingline_not_negative",
                violation_error_message="Un montant ne peut pas être négatif.",
            ),
        ]


class Phase(Row):
    sheet = models.ForeignKey(ProjectSheet, models.CASCADE, related_name="phases")
    label = models.CharField("étape", max_length=200)
    starts_on = PartialDateField("début", blank=True)
    ends_on = PartialDateField("fin", blank=True)
    deliverable = models.CharField("livrable", max_length=300, blank=True)

    class Meta(Row.Meta):
        verbose_name = "étape"


class Indicator(Row):
    sheet = models.ForeignKey(ProjectSheet, models.CASCADE, related_name="indicators")
    label = models.CharField("indicateur", max_length=300)
    family = models.CharField("famille", max_length=12, choices=choices.IndicatorFamily, blank=True)
    kind = models.CharField("type", max_length=12, choices=choices.IndicatorKind, blank=True)
    unit = models.CharField("unité", max_length=60, blank=True)
    baseline_value = models.DecimalField("valeur de départ", max_digits=14, decimal_places=2, null=True, blank=True)
    baseline_on = models.DateField("mesurée le", null=True, blank=True)
    target_value = models.DecimalField("cible", max_digits=14, decimal_places=2, null=True, blank=True)
    target_on = models.DateField("à atteindre le", null=True, blank=True)
    direction = models.CharField("sens", max_length=4, choices=choices.Direction, blank=True)
    alert_threshold = models.DecimalField("seuil d'alerte", max_digits=14, decimal_places=2, null=True, blank=True)
    source = models.CharField("source", max_length=300, blank=True)
    frequency = models.CharField("fréquence", max_length=12, choices=choices.Frequency, blank=True)
    measured_by = models.CharField("mesuré par", max_length=200, blank=True)

    class Meta(Row.Meta):
        verbose_name = "indicateur"


class Obstacle(Row):
    sheet = models.ForeignKey(ProjectSheet, models.CASCADE, related_name="obstacles")
    category = models.CharField("catégorie", max_length=16, choices=choices.ObstacleCategory, blank=True)
    description = models.TextField("frein")
    severity = models.PositiveSmallIntegerField("gravité", choices=choices.Severity, null=True, blank=True)
    likelihood = models.PositiveSmallIntegerField("probabilité", choices=choices.Severity, null=True, blank=True)
    answer = models.TextField("réponse", blank=True)
    answered_by = models.CharField("qui agit", max_length=200, blank=True)
    state = models.CharField("état", max_length=10, choices=choices.ObstacleState, default=choices.ObstacleState.OPEN)

    class Meta(Row.Meta):
        verbose_name = "frein"

    @property
    def criticality(self):
        """Severity × likelihood, from 1 to 16, or None while one of them is unknown."""
        return self.severity * self.likelihood if self.severity and self.likelihood else None


class SheetLink(Row):
    sheet = models.ForeignKey(ProjectSheet, models.CASCADE, related_name="links")
    kind = models.CharField("lien", max_length=12, choices=choices.LinkKind)
    target = models.ForeignKey(ProjectSheet, models.PROTECT, related_name="linked_from", verbose_name="fiche liée")

    class Meta(Row.Meta):
        verbose_name = "lien avec une autre fiche"


class Inspiration(Row):
    """A use case that inspired the sheet; `use_case` is its code in the library (a plain reference)."""

    sheet = models.ForeignKey(ProjectSheet, models.CASCADE, related_name="inspirations")
    use_case = models.CharField("cas d'usage", max_length=60)
    relevance = models.CharField("pertinent ici", max_length=10, choices=choices.Relevance, blank=True)
    adaptation = models.TextField("comment l'adapter", blank=True)

    class Meta(Row.Meta):
        verbose_name = "source d'inspiration"
