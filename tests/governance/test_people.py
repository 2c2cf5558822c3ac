"""Accounts and rights, as data."""

import itertools

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from governance import permissions
from governance.models import Organisation, User
from tests.factories.governance import (
    AdministratorFactory,
    ElectedOfficialFactory,
    ManagerFactory,
    MembershipFactory,
    ModeratorFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_address_is_one_whatever_its_case():
    user = User.objects.create_user("  Marie.Petit@Exemple.TEST ")
    assert user.email == "marie.petit@exemple.test"
    assert User.objects.get_by_natural_key("MARIE.petit@exemple.test") == user
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("MARIE.PETIT@exemple.test")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.update(email="Marie.Petit@exemple.test")


def test_names():
    named, bare = UserFactory(full_name="Marie Petit"), UserFactory(full_name="", email="m@exemple.test")
    assert (str(named), named.get_full_name(), named.get_short_name()) == ("Marie Petit", "Marie Petit", "Marie")
    assert (str(bare), bare.get_full_name(), bare.get_short_name()) == ("m@exemple.test",) * 3


def test_superuser():
    user = User.objects.create_superuser("a@exemple.test", "une phrase assez longue")
    assert user.is_staff
    assert user.is_superuser
    assert user.check_password("une phrase assez longue")


def test_organisation_is_short_when_it_can_be():
    assert OrganisationFactory(acronym="USEDA").short_name == "USEDA"
    assert OrganisationFactory(acronym="", name="Préfecture").short_name == "Préfecture"


PEOPLE = {
    "partner": UserFactory,
    "moderator": ModeratorFactory,
    "administrator": AdministratorFactory,
    "elected": ElectedOfficialFactory,
    "member": lambda **fields: MembershipFactory(user=UserFactory(**fields), organisation=here()).user,
    "manager": lambda **fields: ManagerFactory(user=UserFactory(**fields), organisation=here()).user,
    "manager elsewhere": lambda **fields: ManagerFactory(user=UserFactory(**fields)).user,
}
EXPECTED = {  # everything not listed is False
    ("moderator", "is_moderator"),
    ("administrator", "is_moderator"),
    ("elected", "is_elected"),
    ("member", "belongs_to"),
    ("manager", "belongs_to"),
    ("manager", "manages"),
    ("manager", "may_invite_into"),
    ("moderator", "may_invite_into"),
    ("administrator", "may_invite_into"),
}
ABOUT_PEOPLE = ["is_moderator", "is_elected"]
ABOUT_ORGANISATIONS = ["belongs_to", "manages", "may_invite_into"]


def here():
    return Organisation.objects.filter(code="ici").first() or OrganisationFactory(code="ici")


def answer(user, rule):
    arguments = [] if rule in ABOUT_PEOPLE else [here()]
    return getattr(permissions, rule)(user, *arguments)


@pytest.mark.parametrize(("who", "rule"), list(itertools.product(PEOPLE, ABOUT_PEOPLE + ABOUT_ORGANISATIONS)))
def test_rights(who, rule):
    assert answer(PEOPLE[who](), rule) is ((who, rule) in EXPECTED)
    assert answer(PEOPLE[who](is_active=False), rule) is False


@pytest.mark.parametrize("rule", ABOUT_PEOPLE + ABOUT_ORGANISATIONS)
def test_visitors_have_none(rule):
    assert answer(AnonymousUser(), rule) is False


def test_lists_agree_with_single_answers():
    people = [factory(is_active=active) for factory in PEOPLE.values() for active in (True, False)]
    organisations = set(Organisation.objects.all())
    for user in [*people, AnonymousUser()]:
        for rows, rule in (
            (Organisation.objects.of(user), "belongs_to"),
            (Organisation.objects.managed_by(user), "manages"),
        ):
            assert set(rows) == {o for o in organisations if getattr(permissions, rule)(user, o)}
    everyone = User.objects.all()
    assert set(User.objects.moderators()) == {user for user in everyone if permissions.is_moderator(user)}
    assert set(User.objects.elected_officials()) == {user for user in everyone if permissions.is_elected(user)}


@pytest.mark.parametrize(
    ("who", "target", "expected"),
    [
        ("moderator", "partner", True),
        ("moderator", "elected", True),
        ("moderator", "moderator", False),
        ("moderator", "administrator", False),
        ("administrator", "administrator", True),
        ("partner", "partner", False),
    ],
)
def test_who_edits_whose_account(who, target, expected):
    assert permissions.may_edit_person(PEOPLE[who](), PEOPLE[target]()) is expected
