"""The territory: intermunicipal bodies and communes (DGCL and INSEE, perimeters of January 2026)."""

from django.core.validators import RegexValidator
from django.db import models
from simple_history.models import HistoricalRecords

from .natural import CodeQuerySet, Reference

siren_validator = RegexValidator(r"^\d{9}\Z", "Un numéro SIREN a neuf chiffres.")
insee_validator = RegexValidator(r"^[0-9AB]{5}\Z", "Un code INSEE a cinq caractères.")


class EpciQuerySet(CodeQuerySet):
    def seated_here(self):
        """The bodies whose seat is in the Aisne: 19 of the 20."""
        return self.filter(is_partial=False)


class Epci(Reference):
    """An intermunicipal body with its own tax, for the part of it that lies in the Aisne."""

    class Kind(models.TextChoices):
        CA = "CA", "Communauté d'agglomération"
        CC = "CC", "Communauté de communes"

    natural_fields = ("siren",)

    siren = models.CharField("numéro SIREN", max_length=9, unique=True, validators=[siren_validator])
    name = models.CharField("nom court", max_length=100)
    official_name = models.CharField("nom officiel", max_length=150)
    long_name = models.CharField("nom complet", max_length=200)
    acronym = models.CharField("sigle", max_length=20, blank=True)
    kind = models.CharField("nature", max_length=2, choices=Kind)
    tax_regime = models.CharField("régime fiscal", max_length=5, blank=True, help_text="FPU ou FA.")
    seat_department = models.CharField("département du siège", max_length=3)
    seat_commune = models.CharField("commune du siège", max_length=100, blank=True)
    website = models.URLField("site web", blank=True)
    website_note = models.CharField("origine de l'adresse web", max_length=200, blank=True)
    population = models.PositiveIntegerField("population dans l'Aisne")
    population_total = models.PositiveIntegerField("population totale")
    commune_count = models.PositiveSmallIntegerField("communes dans l'Aisne")
    commune_count_total = models.PositiveSmallIntegerField("communes en tout")
    is_partial = models.BooleanField(
        "en partie seulement", default=False, help_text="Le siège est dans un autre département."
    )
    official_name_2022 = models.CharField("nom officiel en 2022", max_length=150, blank=True)
    population_2022 = models.PositiveIntegerField("population totale en 2022", null=True, blank=True)
    commune_count_2022 = models.PositiveSmallIntegerField("communes en tout en 2022", null=True, blank=True)
    tile_row = models.PositiveSmallIntegerField("ligne sur la carte en tuiles")
    tile_column = models.PositiveSmallIntegerField("colonne sur la carte en tuiles")

    objects = EpciQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="historique de l'EPCI")

    class Meta:
        verbose_name = "EPCI"
        verbose_name_plural = "EPCI"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["tile_row", "tile_column"],
                name="epci_unique_tile",
                violation_error_message="Un autre EPCI occupe déjà cette case de la carte.",
            ),
            models.CheckConstraint(
                condition=models.Q(population__lte=models.F("population_total")),
                name="epci_population_within_total",
                violation_error_message="La population dans l'Aisne dépasse la population totale.",
            ),
        ]

    def __str__(self):
        return self.official_name


class Commune(Reference):
    """A commune of the Aisne."""

    natural_fields = ("insee_code",)

    insee_code = models.CharField("code INSEE", max_length=5, unique=True, validators=[insee_validator])
    name = models.CharField("nom", max_length=100)
    siren = models.CharField("numéro SIREN", max_length=9, blank=True, validators=[siren_validator])
    postcodes = models.JSONField("codes postaux", default=list, blank=True)
    arrondissement = models.CharField("arrondissement", max_length=50, blank=True)
    population = models.PositiveIntegerField("population")
    epci = models.ForeignKey(Epci, models.PROTECT, related_name="communes", verbose_name="EPCI")

    class Meta:
        verbose_name = "commune"
        verbose_name_plural = "communes"
        ordering = ["name", "insee_code"]

    def __str__(self):
        return self.name
