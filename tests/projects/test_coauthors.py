"""People of other organisations who write a sheet: invited, awaited, withdrawn."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from governance import invitations
from governance.models import Invitation, Message, User
from projects import coauthors, editing, permissions
from projects.models import ProjectSheet
from tests.factories.governance import MembershipFactory, ModeratorFactory, UserFactory
from tests.factories.projects import SheetFactory

from .test_workflow import actor

pytestmark = pytest.mark.django_db
UNKNOWN = "claude@exemple.test"


@pytest.fixture
def sheet():
    return SheetFactory(title="Un projet à plusieurs")


def accept(token_holder):
    """Accept the invitation of a person and return their new account."""
    return invitations.accept(Invitation.objects.get(email=token_holder), full_name="Claude Petit")


def test_a_person_with_an_account_writes_at_once(client, sheet, deliver):
    guest = UserFactory()
    client.force_login(sheet.created_by)
    response = client.post(reverse("projects:people", args=[sheet.key]), {"email": guest.email.upper()}, follow=True)
    assert f"Une invitation part à {guest.email.upper()}" in response.text
    assert permissions.can_edit(guest, sheet)
    assert not permissions.can_submit(guest, sheet)
    assert list(ProjectSheet.objects.written_by(guest)) == [sheet]
    (mail,) = deliver()
    assert mail.to == [guest.email]
    assert "Un projet à plusieurs" in mail.body


def test_a_person_without_account_is_awaited(sheet, deliver):
    coauthors.invite(sheet, UNKNOWN, by=sheet.created_by)
    (mail,) = deliver()
    assert mail.to == [UNKNOWN]
    assert not User.objects.filter(email=UNKNOWN).exists()
    person = accept(UNKNOWN)
    assert permissions.can_edit(person, sheet)
    assert not person.memberships.exists()
    editing.apply(sheet, {"pitch": "Une phrase de plus."}, by=person)


def test_whoever_is_withdrawn_before_accepting_gets_nothing(sheet):
    invitee = coauthors.invite(sheet, UNKNOWN, by=sheet.created_by)
    assert coauthors.revoke(invitee, by=sheet.created_by)
    assert not coauthors.revoke(invitee, by=sheet.created_by)
    assert not permissions.can_view(accept(UNKNOWN), sheet)


def test_one_account_opens_every_sheet_that_awaited_it(sheet):
    other = SheetFactory()
    for each in (sheet, other):
        coauthors.invite(each, UNKNOWN, by=each.created_by)
    assert Invitation.objects.count() == 1
    assert set(ProjectSheet.objects.written_by(accept(UNKNOWN))) == {sheet, other}


def test_a_person_is_invited_again_after_a_withdrawal(sheet):
    guest = UserFactory()
    coauthors.revoke(coauthors.invite(sheet, guest.email, by=sheet.created_by), by=sheet.created_by)
    assert not permissions.is_writer(guest, sheet)
    coauthors.invite(sheet, guest.email, by=sheet.created_by)
    assert permissions.is_writer(guest, sheet)
    assert sheet.invitees.count() == 1


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda sheet: sheet.created_by.email, "écrit déjà la fiche"),
        (lambda sheet: MembershipFactory(organisation=sheet.organisation).user.email, "écrit déjà la fiche"),
        (lambda sheet: UserFactory(is_active=False).email, "compte est fermé"),
        (lambda sheet: coauthors.invite(sheet, UNKNOWN, by=sheet.created_by).email, "déjà invitée"),
    ],
)
def test_a_refused_invitation_says_why_and_keeps_the_address(client, sheet, make, reason):
    email = make(sheet)
    before = Message.objects.count()
    client.force_login(sheet.created_by)
    response = client.post(reverse("projects:people", args=[sheet.key]), {"email": email})
    assert response.status_code == 422
    assert reason in response.text
    assert f'value="{email}"' in response.text
    assert Message.objects.count() == before


def test_invitations_have_a_bound(sheet, monkeypatch):
    monkeypatch.setattr(coauthors, "MOST", 2)
    for _ in range(2):
        coauthors.invite(sheet, UserFactory().email, by=sheet.created_by)
    with pytest.raises(coauthors.InvitationRefused):
        coauthors.invite(sheet, UserFactory().email, by=sheet.created_by)


INVITERS = {"author": True, "colleague": True, "author_on_staff": True}


@pytest.mark.parametrize(
    "role",
    ["author", "colleague", "author_on_staff", "invited", "moderator", "elected_official", "owner_member", "stranger"],
)
def test_authors_invite_and_nobody_else(sheet, role):
    person = actor(role, sheet)
    assert coauthors.can_invite(person, sheet) == INVITERS.get(role, False)
    if role not in INVITERS:
        with pytest.raises(PermissionDenied):
            coauthors.invite(sheet, UNKNOWN, by=person)


def test_nobody_is_invited_to_a_closed_sheet():
    sheet = SheetFactory(status="withdrawn")
    assert not coauthors.can_invite(sheet.created_by, sheet)


def test_the_page_says_who_writes_and_withdraws(client, sheet):
    colleague = MembershipFactory(organisation=sheet.organisation).user
    invitee = coauthors.invite(sheet, UNKNOWN, by=sheet.created_by)
    client.force_login(colleague)
    text = client.get(reverse("projects:people", args=[sheet.key])).text
    assert str(colleague) in text
    assert UNKNOWN in text
    client.post(reverse("projects:revoke", args=[sheet.key, invitee.pk]))
    assert UNKNOWN not in client.get(reverse("projects:people", args=[sheet.key])).text


def test_invited_people_and_staff_read_the_page_without_the_form(client, sheet):
    guest = actor("invited", sheet)
    for person in (guest, ModeratorFactory()):
        client.force_login(person)
        text = client.get(reverse("projects:people", args=[sheet.key])).text
        assert 'name="email"' not in text
        response = client.post(reverse("projects:people", args=[sheet.key]), {"email": UNKNOWN})
        assert response.status_code == 403
        response = client.post(reverse("projects:revoke", args=[sheet.key, sheet.invitees.first().pk]))
        assert response.status_code == 403
