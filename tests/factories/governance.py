"""People, organisations, territory, strategy, messages."""

from datetime import date, timedelta
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from governance import models


class UserFactory(DjangoModelFactory):
    class Meta:
        model = models.User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@exemple.test")
    full_name = factory.Sequence(lambda n: f"Camille Martin {n}")
    password = factory.django.Password("une phrase assez longue")


class ModeratorFactory(UserFactory):
    email = factory.Sequence(lambda n: f"moderation{n}@exemple.test")
    is_staff = True


class AdministratorFactory(ModeratorFactory):
    email = factory.Sequence(lambda n: f"admin{n}@exemple.test")
    is_superuser = True


class ElectedOfficialFactory(UserFactory):
    email = factory.Sequence(lambda n: f"elu{n}@exemple.test")
    is_elected_official = True


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = models.Organisation

    code = factory.Sequence(lambda n: f"organisme-{n}")
    name = factory.Sequence(lambda n: f"Organisme {n}")
    acronym = factory.Sequence(lambda n: f"ORG{n}")
    kind = models.Organisation.Kind.ASSOCIATION


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = models.Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)


class ManagerFactory(MembershipFactory):
    role = models.Membership.Role.MANAGER


class InvitationFactory(DjangoModelFactory):
    """A waiting invitation; its raw token is `token-<n>`, kept on the object as `token`."""

    class Meta:
        model = models.Invitation
        exclude = ["token"]

    class Params:
        expired = factory.Trait(expires_at=factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1)))

    token = factory.Sequence(lambda n: f"token-{n}")
    email = factory.Sequence(lambda n: f"invite{n}@exemple.test")
    organisation = factory.SubFactory(OrganisationFactory)
    token_hash = factory.LazyAttribute(lambda o: models.Invitation.digest(o.token))
    invited_by = factory.SubFactory(ModeratorFactory)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))


class EpciFactory(DjangoModelFactory):
    class Meta:
        model = models.Epci

    siren = factory.Sequence(lambda n: f"{200000000 + n}")
    name = factory.Sequence(lambda n: f"Pays {n}")
    official_name = factory.LazyAttribute(lambda o: f"CC du {o.name}")
    long_name = factory.LazyAttribute(lambda o: f"Communauté de communes du {o.name}")
    kind = models.Epci.Kind.CC
    seat_department = "02"
    population = 10_000
    population_total = 10_000
    commune_count = 20
    commune_count_total = 20
    tile_row = factory.Sequence(lambda n: 1 + n // 5)
    tile_column = factory.Sequence(lambda n: 1 + n % 5)


class CommuneFactory(DjangoModelFactory):
    class Meta:
        model = models.Commune

    insee_code = factory.Sequence(lambda n: f"{2000 + n:05}")
    name = factory.Sequence(lambda n: f"Commune {n}")
    postcodes = factory.LazyFunction(lambda: ["02000"])
    population = 500
    epci = factory.SubFactory(EpciFactory)


class ThematicFactory(DjangoModelFactory):
    class Meta:
        model = models.Thematic

    code = factory.Sequence(lambda n: f"thematique-{n}")
    name = factory.Sequence(lambda n: f"Thématique {n}")
    short_name = factory.Sequence(lambda n: f"Thème {n}")
    # Letters only: A, B… Z, BA, BB…, made long enough.
    reference_code = factory.Sequence(lambda n: "T" + "".join(chr(65 + int(digit)) for digit in f"{n:04}"))
    position = factory.Sequence(lambda n: n)


class AchievementFactory(DjangoModelFactory):
    class Meta:
        model = models.Achievement

    code = factory.Sequence(lambda n: f"bilan-{n}")
    thematic = factory.SubFactory(ThematicFactory)
    text = factory.Sequence(lambda n: f"Action engagée {n}.")


class AchievementFigureFactory(DjangoModelFactory):
    class Meta:
        model = models.AchievementFigure

    code = factory.Sequence(lambda n: f"chiffre-{n}")
    achievement = factory.SubFactory(AchievementFactory)
    value = Decimal("2950.00")
    unit = "collectivités"


class SwotItemFactory(DjangoModelFactory):
    class Meta:
        model = models.SwotItem

    code = factory.Sequence(lambda n: f"S{n}")
    kind = models.SwotItem.Kind.STRENGTH
    text = factory.Sequence(lambda n: f"Force {n}.")
    thematic = factory.SubFactory(ThematicFactory)


class MilestoneFactory(DjangoModelFactory):
    class Meta:
        model = models.Milestone

    code = factory.Sequence(lambda n: f"J{n}")
    period = "2022-04"
    starts_on = date(2022, 4, 1)
    ends_on = date(2022, 4, 30)
    label = "Avril 2022"
    title = factory.Sequence(lambda n: f"Jalon {n}")


class StrategyStatementFactory(DjangoModelFactory):
    class Meta:
        model = models.StrategyStatement

    code = factory.Sequence(lambda n: f"enonce-{n}")
    kind = models.StrategyStatement.Kind.GOAL
    text = factory.Sequence(lambda n: f"Objectif {n}.")


class PublicFactFactory(DjangoModelFactory):
    class Meta:
        model = models.PublicFact

    code = factory.Sequence(lambda n: f"C{n}")
    text = factory.Sequence(lambda n: f"Fait {n}.")
    year = 2022
    source = "https://exemple.test/fait"


class MessageFactory(DjangoModelFactory):
    class Meta:
        model = models.Message

    recipient = factory.SubFactory(UserFactory)
    email = factory.LazyAttribute(lambda o: o.recipient.email)
    kind = "notice"
    context = factory.LazyFunction(lambda: {"subject": "Une nouvelle", "paragraphs": ["Voici la nouvelle."]})
