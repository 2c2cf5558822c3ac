"""The workshops."""

import factory
from factory.django import DjangoModelFactory

from workshops import models

from .governance import ThematicFactory


class UseCaseFactory(DjangoModelFactory):
    class Meta:
        model = models.UseCase

    code = factory.Sequence(lambda n: f"cas-{n}")
    title = factory.Sequence(lambda n: f"Cas d'usage {n}")
    thematic = factory.SubFactory(ThematicFactory)
    holder = "Département"
    territory = "Aisne"
    summary = "Un projet mené ailleurs."
