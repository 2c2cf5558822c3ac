"""The demonstration: everything there, seen by whom it should, twice harmless."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cdn_portal.management.commands.demo_data import ACCOUNTS, PASSWORD
from governance.models import User
from projects.models import Comment, ProjectSheet, SheetVersion, Transition

S = ProjectSheet.Status
PROMISED = {
    "partenaire", "collegue", "invitee", "autre", "moderation", "moderation2", "elu", "admin",
}  # fmt: skip


def fill():
    output = StringIO()
    call_command("demo_data", stdout=output)
    return output.getvalue()


@pytest.fixture
def demonstration(db, settings):
    settings.DEMO = True
    call_command("loaddata", "thematics", "epcis", "organisations", "epci_organisations", "use_cases", verbosity=0)
    fill()


def person(name):
    return User.objects.get(email=f"{name}@demo.example")


@pytest.mark.django_db
def test_never_in_production(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        fill()
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")


def test_accounts(demonstration):
    assert {account["email"] for account in ACCOUNTS} == {f"{name}@demo.example" for name in PROMISED}
    assert all(person(name).check_password(PASSWORD) for name in PROMISED)
    organisations = {name: set(person(name).organisations.values_list("code", flat=True)) for name in PROMISED}
    assert organisations["partenaire"] == organisations["collegue"] == {"epci-200071991"}
    assert organisations["invitee"] and organisations["invitee"].isdisjoint(organisations["partenaire"])
    flags = {
        name: (person(name).is_staff, person(name).is_superuser, person(name).is_elected_official) for name in PROMISED
    }
    assert {name for name, found in flags.items() if found == (True, False, False)} == {"moderation", "moderation2"}
    assert (flags["admin"], flags["elu"]) == ((True, True, False), (False, False, True))


def test_sheets_in_every_state(demonstration):
    assert set(ProjectSheet.objects.values_list("status", flat=True)) == set(S.values)
    assert Comment.objects.exists()
    assert ProjectSheet.objects.get(external_id="demo-02").open_request
    assert ProjectSheet.objects.published().count() >= 5
    assert set(ProjectSheet.objects.values_list("is_fictional", flat=True)) == {True}
    assert not ProjectSheet.objects.filter(notice="").exists()


def test_who_sees_what(demonstration):
    seen = {name: ProjectSheet.objects.visible_to(person(name)) for name in PROMISED}
    assert seen["moderation"].count() == seen["admin"].count() == ProjectSheet.objects.count()
    public = set(ProjectSheet.objects.published())
    assert set(seen["autre"]) == public
    assert set(seen["elu"]) > public
    draft = ProjectSheet.objects.get(external_id="fiche-04")
    assert {name for name in PROMISED if draft in seen[name]} == {
        "partenaire", "collegue", "invitee", "moderation", "moderation2", "admin",
    }  # fmt: skip


def test_twice_changes_nothing_and_what_people_did_stays(demonstration):
    ProjectSheet.objects.filter(external_id="fiche-04").update(title="Changée")
    User.objects.filter(email="autre@demo.example").update(full_name="Changé")
    counts = [model.objects.count() for model in (User, ProjectSheet, SheetVersion, Transition, Comment)]
    assert "0 fiches créées" in fill()
    assert [model.objects.count() for model in (User, ProjectSheet, SheetVersion, Transition, Comment)] == counts
    assert ProjectSheet.objects.get(external_id="fiche-04").title == "Changée"
    assert person("autre").full_name == "Changé"
