"""Sheets, their rows and what is said about them."""

from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from projects import models

from .governance import OrganisationFactory, ThematicFactory, UserFactory


class SheetFactory(DjangoModelFactory):
    """A draft with a title; `complete=True` answers everything that submission needs, `ready=True` the examination.

    A `status` other than draft is set as if workflow had done it, with a reference.
    """

    class Meta:
        model = models.ProjectSheet
        skip_postgeneration_save = True

    class Params:
        complete = factory.Trait(
            pitch="Un service simple pour tous les habitants.",
            need="Les démarches sont éloignées des habitants.",
            objectives="Rapprocher les services\nFormer les agents",
            target_publics=["everyone"],
            project_owner=factory.SelfAttribute("organisation"),
            ownership_mode="single",
            technical_referent="Dominique Petit, responsable informatique",
            scale="department",
            technical_description="Un logiciel libre, hébergé en France.",
            budget_magnitude="under_50k",
            organisation_description="Un comité se réunit chaque mois.",
            duration="one_to_two",
        )

    title = factory.Sequence(lambda n: f"Projet numéro {n}")
    organisation = factory.SubFactory(OrganisationFactory)
    thematic = factory.SubFactory(ThematicFactory)
    created_by = factory.SubFactory(UserFactory)
    created_at = factory.LazyFunction(timezone.now)
    updated_at = factory.LazyFunction(timezone.now)
    reference = factory.Maybe(
        factory.LazyAttribute(lambda o: o.status != "draft"),
        factory.Sequence(lambda n: f"CDN-2026-TEST-{n + 1:02d}"),
        None,
    )
    status = "draft"

    @factory.post_generation
    def rows(sheet, create, extracted, **kwargs):
        """Add the indicator and the obstacle of a complete sheet."""
        if create and sheet.pitch:
            IndicatorFactory(sheet=sheet)
            ObstacleFactory(sheet=sheet)


class IndicatorFactory(DjangoModelFactory):
    class Meta:
        model = models.Indicator

    sheet = factory.SubFactory(SheetFactory)
    label = "Habitants accompagnés"
    unit = "personnes"
    baseline_value = Decimal("0.00")
    target_value = Decimal("300.00")
    target_on = "2028-12-31"
    source = "Registre des permanences"


class ObstacleFactory(DjangoModelFactory):
    class Meta:
        model = models.Obstacle

    sheet = factory.SubFactory(SheetFactory)
    description = "Peu d'agents formés"
    severity = 2
    likelihood = 3
    answer = "Prévoir deux sessions par an"


class CostFactory(DjangoModelFactory):
    class Meta:
        model = models.CostLine

    sheet = factory.SubFactory(SheetFactory)
    label = "Matériel"
    nature = "investment"
    year = 2027
    amount = Decimal("12500.50")


class FundingFactory(DjangoModelFactory):
    class Meta:
        model = models.FundingLine

    sheet = factory.SubFactory(SheetFactory)
    funder = "Région Hauts-de-France"
    kind = "grant"
    year = 2027
    amount = Decimal("12500.50")
    status = "granted"
