"""Who may read and edit what: lists and objects give the same answer, for every role, status and visibility."""

import itertools

import pytest
from django.contrib.auth.models import AnonymousUser

from projects import permissions, workflow
from projects.models import ProjectSheet
from tests.factories.governance import MembershipFactory, UserFactory
from tests.factories.projects import SheetFactory

from .test_workflow import actor

pytestmark = pytest.mark.django_db
S, V = ProjectSheet.Status, ProjectSheet.Visibility
OPEN = set(ProjectSheet.EXAMINED_ONWARDS)
WRITERS = ["author", "colleague", "invited", "author_on_staff"]
STAFF = ["moderator", "administrator", "author_on_staff"]
READERS = [*WRITERS, "moderator", "administrator", "elected_official", "owner_member", "expert", "stranger", "visitor"]


def reader(role, sheet):
    if role == "visitor":
        return AnonymousUser()
    if role == "expert":
        person = UserFactory()
        sheet.opinions.create(expert=person, question="?", due_on="2027-01-01", asked_by=sheet.created_by)
        return person
    return actor(role, sheet)


def may_read(role, status, visibility):
    """The rule, as PRODUCT.md gives it."""
    if role in WRITERS + STAFF + ["expert"]:
        return True
    if status in OPEN and visibility == V.PUBLIC:
        return True
    if role == "elected_official":
        return status in OPEN and visibility == V.COUNCIL
    return role == "owner_member" and status not in ProjectSheet.PRIVATE


@pytest.mark.parametrize("role", READERS)
def test_reading(role):
    for status, visibility in itertools.product(S, V):
        sheet = SheetFactory(status=status, visibility=visibility)
        person = reader(role, sheet)
        expected = may_read(role, status, visibility)
        assert permissions.can_view(person, sheet) == expected, (status, visibility)
        assert ProjectSheet.objects.visible_to(person).filter(pk=sheet.pk).exists() == expected, (status, visibility)


@pytest.mark.parametrize("role", READERS)
def test_editing(role):
    for status in S:
        sheet = SheetFactory(status=status)
        expected = role in WRITERS and status in (S.DRAFT, S.CHANGES_REQUESTED)
        assert permissions.can_edit(reader(role, sheet), sheet) == expected, status


def test_revoked_people_see_nothing_more():
    sheet = SheetFactory()
    guest = actor("invited", sheet)
    sheet.invitees.update(revoked_at=sheet.created_at)
    assert not permissions.can_view(guest, sheet)
    assert not ProjectSheet.objects.visible_to(guest).exists()


def test_thrown_away_sheets_are_seen_by_nobody():
    sheet = SheetFactory(discarded_at="2026-01-01T00:00Z")
    for role in ("author", "colleague", "moderator", "administrator"):
        person = actor(role, sheet)
        assert not permissions.can_view(person, sheet)
        assert not ProjectSheet.objects.visible_to(person).filter(pk=sheet.pk).exists()


@pytest.mark.parametrize("status", ["submitted", "examined"])
def test_strangers_get_404_on_every_page(client, status):
    sheet = SheetFactory(complete=True)
    workflow.perform(sheet, "submit", by=sheet.created_by)
    ProjectSheet.objects.filter(pk=sheet.pk).update(status=status)
    client.force_login(MembershipFactory().user)
    for page in ("", "historique/", "etapes/withdraw/", "note.pdf", "auteurs/", "copier/", "versions/1/", "remarques/"):
        assert client.get(f"/fiches/{sheet.reference}/{page}").status_code == 404, page
    assert client.get(f"/fiches/{sheet.reference}.pdf").status_code == 404
    for page in ("remarques/", "jeter/", "reprendre/", "copier/", "auteurs/", "auteurs/1/retirer/"):
        assert client.post(f"/fiches/{sheet.reference}/{page}", {"body": "x"}).status_code == 404, page
