"""The digital strategy (SDUSN): thematics, what was done since 2018, the diagnosis, the calendar."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.formats import number_format
from simple_history.models import HistoricalRecords

from .natural import Reference

reference_code_validator = RegexValidator(r"^[A-Z]{2,6}\Z", "Deux à six lettres capitales, sans accent.")


class Thematic(Reference):
    """One of the strategy's themes; its `reference_code` stands in the references of sheets."""

    code = models.SlugField("code", max_length=40, unique=True)
    name = models.CharField("nom", max_length=100)
    short_name = models.CharField("nom court", max_length=40)
    source_name = models.CharField("nom dans le support de 2022", max_length=100, blank=True)
    reference_code = models.CharField(
        "code dans les références",
        max_length=6,
        unique=True,
        validators=[reference_code_validator],
        help_text="Par exemple SANTE dans CDN-2026-SANTE-07. Ne change plus dès qu'une fiche l'emploie.",
    )
    summary = models.TextField("résumé", blank=True)
    note = models.TextField("note", blank=True)
    position = models.PositiveSmallIntegerField("ordre", default=0)

    history = HistoricalRecords(verbose_name="historique de la thématique")

    class Meta:
        verbose_name = "thématique"
        verbose_name_plural = "thématiques"
        ordering = ["position", "name"]

    def __str__(self):
        return self.name


class Achievement(Reference):
    """Something done since the strategy of 2018 (« bilan »)."""

    code = models.SlugField("code", max_length=20, unique=True)
    thematic = models.ForeignKey(Thematic, models.PROTECT, related_name="achievements", verbose_name="thématique")
    text = models.TextField("action engagée")
    position = models.PositiveSmallIntegerField("ordre", default=0)

    history = HistoricalRecords(verbose_name="historique de l'action engagée")

    class Meta:
        verbose_name = "action engagée"
        verbose_name_plural = "actions engagées"
        ordering = ["thematic__position", "position", "code"]

    def __str__(self):
        return self.text[:80]


class AchievementFigure(Reference):
    """A figure of an achievement, with what it counts and how sure it is."""

    natural_fields = ("code",)

    code = models.SlugField("code", max_length=24, unique=True)
    achievement = models.ForeignKey(Achievement, models.CASCADE, related_name="figures", verbose_name="action engagée")
    value = models.DecimalField("valeur", max_digits=14, decimal_places=2)
    unit = models.CharField("unité", max_length=100)
    precision = models.CharField("précision", max_length=200, blank=True)
    horizon = models.CharField("horizon", max_length=100, blank=True)
    origin = models.CharField("origine", max_length=200, blank=True)
    position = models.PositiveSmallIntegerField("ordre", default=0)

    history = HistoricalRecords(verbose_name="historique du chiffre")

    class Meta:
        verbose_name = "chiffre"
        verbose_name_plural = "chiffres"
        ordering = ["achievement", "position", "code"]

    def __str__(self):
        return f"{self.display_value} {self.unit}"

    @property
    def display_value(self):
        """The value as French readers write it, without useless decimals."""
        whole = self.value == self.value.to_integral_value()
        return number_format(self.value, decimal_pos=0 if whole else 2, use_l10n=True, force_grouping=True)


class SwotItem(Reference):
    """A line of the diagnosis."""

    class Kind(models.TextChoices):
        STRENGTH = "strength", "Force"
        WEAKNESS = "weakness", "Faiblesse"
        OPPORTUNITY = "opportunity", "Opportunité"
        THREAT = "threat", "Menace"

    code = models.CharField("code", max_length=10, unique=True)
    kind = models.CharField("nature", max_length=12, choices=Kind)
    text = models.TextField("texte")
    thematic = models.ForeignKey(
        Thematic,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="swot_items",
        verbose_name="thématique",
        help_text="Vide : le diagnostic porte sur toute la stratégie.",
    )
    position = models.PositiveSmallIntegerField("ordre", default=0)

    history = HistoricalRecords(verbose_name="historique de l'élément de diagnostic")

    class Meta:
        verbose_name = "élément de diagnostic"
        verbose_name_plural = "diagnostic (forces, faiblesses, opportunités, menaces)"
        ordering = ["position", "code"]

    def __str__(self):
        return f"{self.get_kind_display()} : {self.text[:80]}"


class Milestone(Reference):
    """A step of the CDN's own calendar."""

    code = models.CharField("code", max_length=10, unique=True)
    period = models.CharField(
        "période", max_length=10, help_text="Par exemple 2022-01, 2022-02-23 ou 2022-S2 (second semestre)."
    )
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin")
    label = models.CharField("période en toutes lettres", max_length=60)
    title = models.CharField("titre", max_length=100)
    detail = models.TextField("détail", blank=True)
    position = models.PositiveSmallIntegerField("ordre", default=0)

    history = HistoricalRecords(verbose_name="historique du jalon")

    class Meta:
        verbose_name = "jalon de la démarche"
        verbose_name_plural = "jalons de la démarche"
        ordering = ["position", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_on__lte=models.F("ends_on")),
                name="milestone_starts_before_it_ends",
                violation_error_message="La fin vient avant le début.",
            ),
        ]

    def __str__(self):
        return f"{self.label} : {self.title}"


class StrategyStatement(Reference):
    """A sentence that sets out the approach: a goal, a finding, a need, what comes next."""

    class Kind(models.TextChoices):
        GOAL = "goal", "Objectif prioritaire"
        OUTLOOK = "outlook", "Perspective"
        FINDING = "finding", "Constat"
        NEED = "need", "Besoin"
        CONCLUSION = "conclusion", "Conclusion du diagnostic"
        FUNDING = "funding", "Financement"
        STEWARDSHIP = "stewardship", "Portage politique"

    code = models.SlugField("code", max_length=20, unique=True)
    kind = models.CharField("nature", max_length=12, choices=Kind)
    text = models.TextField("texte")
    note = models.TextField("note", blank=True)
    position = models.PositiveSmallIntegerField("ordre", default=0)

    history = HistoricalRecords(verbose_name="historique de l'énoncé")

    class Meta:
        verbose_name = "énoncé de la démarche"
        verbose_name_plural = "énoncés de la démarche"
        ordering = ["kind", "position", "code"]

    def __str__(self):
        return self.text[:80]


class PublicFact(Reference):
    """A fact found in a public page, with its address and its year."""

    code = models.CharField("code", max_length=10, unique=True)
    text = models.TextField("fait")
    year = models.PositiveSmallIntegerField("année", null=True, blank=True, help_text="Vide : année inconnue.")
    source = models.URLField("source", max_length=400)
    certainty = models.CharField("certitude", max_length=200, blank=True)
    position = models.PositiveSmallIntegerField("ordre", default=0)

    history = HistoricalRecords(verbose_name="historique du fait public")

    class Meta:
        verbose_name = "fait public"
        verbose_name_plural = "faits publics"
        ordering = ["position", "code"]

    def __str__(self):
        return self.text[:80]
