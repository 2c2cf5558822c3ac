"""The library of use cases: projects carried out elsewhere, read before imagining one's own."""

from django.db import models
from simple_history.models import HistoricalRecords

from governance.models import Thematic
from governance.models.natural import Reference


class UseCase(Reference):
    """A « fiche cas d'usage »: an existing project, summed up from public pages."""

    code = models.SlugField("code", max_length=20, unique=True)
    title = models.CharField("titre", max_length=200)
    thematic = models.ForeignKey(Thematic, models.PROTECT, related_name="use_cases", verbose_name="thématique")
    holder = models.TextField("porteur")
    territory = models.CharField("territoire", max_length=200)
    department_codes = models.JSONField("départements", default=list, blank=True)
    in_aisne = models.BooleanField("dans l'Aisne", default=False)
    period = models.CharField("période", max_length=200, blank=True)
    reference_year = models.PositiveSmallIntegerField("année de référence", null=True, blank=True)
    summary = models.TextField("résumé")
    cost = models.TextField("coût", blank=True)
    funding = models.TextField("financement", blank=True)
    indicators = models.JSONField("indicateurs", default=list, blank=True)
    obstacles = models.JSONField("freins", default=list, blank=True)
    lessons = models.TextField("enseignements", blank=True)
    sources = models.JSONField("sources", default=list, blank=True)
    certainty = models.CharField("certitude", max_length=200, blank=True)

    history = HistoricalRecords(verbose_name="historique du cas d'usage")

    class Meta:
        verbose_name = "cas d'usage"
        verbose_name_plural = "cas d'usage"
        ordering = ["code"]

    def __str__(self):
        return self.title
