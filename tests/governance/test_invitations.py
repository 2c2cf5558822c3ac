"""Invitations: personal, once, until a date, cancelled at will; looking at the link changes nothing."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from governance import invitations
from governance.models import Invitation, Membership, Message, User
from tests.factories.governance import (
    InvitationFactory,
    ManagerFactory,
    MembershipFactory,
    ModeratorFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

FORM = {"full_name": "Dominique Petit", "job_title": "Chargée de projet", "password": ""}


@pytest.fixture
def manager():
    return ManagerFactory()


def invite(manager, email="nouvelle@exemple.test", **fields):
    return invitations.invite(email=email, organisation=manager.organisation, by=manager.user, **fields)


def test_whole_road(client, manager, deliver, link_in, settings):
    settings.LOGIN_REDIRECT_URL = "account_security"
    client.force_login(manager.user)
    page = client.post(
        manager.organisation.get_absolute_url(),
        {"email": "Nouvelle@Exemple.test", "full_name": "Dominique Petit", "role": "member"},
        follow=True,
    )
    assert "nouvelle@exemple.test" in page.text
    client.logout()
    [message] = deliver()
    assert message.to == ["nouvelle@exemple.test"]
    assert manager.organisation.name in message.subject
    assert "Bonjour Dominique Petit," in message.body
    path = link_in(message)
    assert "Dominique Petit" in client.get(path).text
    response = client.post(path, FORM)
    assert response.url == reverse("account_security")
    user = User.objects.get(email="nouvelle@exemple.test")
    assert client.session[SESSION_KEY] == str(user.pk)
    assert [(m.organisation, m.role) for m in user.memberships.all()] == [(manager.organisation, "member")]
    assert not user.has_usable_password()


def test_token_is_not_kept(manager, deliver, link_in):
    invitation = invite(manager)
    token = link_in(deliver()[0]).split("/")[2]
    assert token not in str(Invitation.objects.values().get()) + str(list(Message.objects.values()))
    assert Invitation.objects.find(token) == invitation


def test_looking_does_not_accept(client):
    invitation = InvitationFactory(token="abc")
    for _ in range(2):
        assert client.get("/invitation/abc/").status_code == 200
        assert client.head("/invitation/abc/").status_code == 200
    invitation.refresh_from_db()
    assert invitation.is_pending
    assert not User.objects.filter(email=invitation.email).exists()


def test_serves_once(client):
    InvitationFactory(token="abc")
    client.post("/invitation/abc/", FORM)
    client.logout()
    again = client.post("/invitation/abc/", {**FORM, "full_name": "Un autre"})
    assert again.status_code == 410
    assert client.get("/invitation/abc/").status_code == 410
    assert User.objects.filter(full_name="Dominique Petit").count() == 1


def test_two_at_the_same_instant_make_one_account():
    first = InvitationFactory()
    second = Invitation.objects.get(pk=first.pk)
    invitations.accept(first, full_name="Une")
    with pytest.raises(invitations.InvitationError):
        invitations.accept(second, full_name="Deux")


@pytest.mark.parametrize("token", ["expired", "revoked", "unknown"])
def test_dead_links_say_so(client, token):
    InvitationFactory(token="expired", expired=True)
    InvitationFactory(token="revoked", revoked_at=timezone.now())
    for method in (client.get, client.post):
        response = method(f"/invitation/{token}/")
        assert response.status_code == 410
        assert "Invitation périmée" in response.text
    assert not User.objects.filter(email__startswith="invite").exists()


def test_expires_after_the_days_set(manager, settings):
    settings.INVITATION_DAYS = 3
    term = invite(manager).expires_at - timezone.now()
    assert timedelta(days=2, hours=23) < term <= timedelta(days=3)


def test_new_link_kills_the_former(manager, deliver, link_in, client):
    invitation = invite(manager)
    old = link_in(deliver()[0])
    invitations.resend(invitation, by=manager.user)
    new = link_in(deliver()[0])
    assert client.get(old).status_code == 410
    assert client.get(new).status_code == 200


def test_unsent_link_leaves_no_more_once_cancelled(manager, deliver):
    invitations.revoke(invite(manager), by=manager.user)
    assert deliver() == []
    assert Message.objects.get().context == {}


def test_inviting_again_replaces_the_former(manager):
    first = invite(manager)
    second = invite(manager)
    first.refresh_from_db()
    assert (first.state, second.state) == (Invitation.State.REVOKED, Invitation.State.PENDING)


def test_member_is_not_invited_again(manager):
    with pytest.raises(invitations.InvitationError):
        invite(manager, email=manager.user.email.upper())


def test_existing_account_is_attached_and_logs_in_as_usual(client):
    user = UserFactory()
    invitation = InvitationFactory(token="abc", email=user.email, role="manager")
    response = client.post("/invitation/abc/")
    assert response.url.startswith(reverse("account_login"))
    assert SESSION_KEY not in client.session
    assert user.memberships.get().organisation == invitation.organisation
    assert user.memberships.get().is_manager


def test_closed_account_is_not_opened_again(client):
    user = UserFactory(is_active=False)
    invitation = InvitationFactory(token="abc", email=user.email)
    assert "Ce compte est fermé" in client.post("/invitation/abc/").text
    invitation.refresh_from_db()
    assert (user.memberships.count(), invitation.accepted_at) == (0, None)


def test_invitation_never_lowers_a_role():
    manager = ManagerFactory()
    invitations.accept(InvitationFactory(email=manager.user.email, organisation=manager.organisation, role="member"))
    assert manager.organisation.memberships.get().is_manager


@pytest.mark.parametrize("password", ["court", "motdepasse", "123456789012"])
def test_weak_password_is_refused_at_its_field(client, password):
    InvitationFactory(token="abc")
    response = client.post("/invitation/abc/", {**FORM, "password": password})
    assert response.context["form"].errors["password"]
    assert "Dominique Petit" in response.text


def test_inviter_is_told_in_the_digest(manager):
    invitations.accept(invite(manager), full_name="Dominique Petit")
    message = Message.objects.exclude(kind="invitation").get()
    assert (message.recipient, message.mode) == (manager.user, Message.Mode.DIGEST)
    assert message.context["subject"] == "Dominique Petit a accepté votre invitation"


# Who


@pytest.mark.parametrize(
    ("role", "status"),
    [("manager", 200), ("member", 403), ("other manager", 404), ("stranger", 404), ("moderator", 200)],
)
def test_who_keeps_the_people_of_an_organisation(client, role, status):
    organisation = OrganisationFactory()
    person = {
        "manager": lambda: ManagerFactory(organisation=organisation).user,
        "member": lambda: MembershipFactory(organisation=organisation).user,
        "other manager": lambda: ManagerFactory().user,
        "stranger": UserFactory,
        "moderator": ModeratorFactory,
    }[role]()
    member = MembershipFactory(organisation=organisation)
    invitation = InvitationFactory(organisation=organisation)
    client.force_login(person)
    url = organisation.get_absolute_url()
    assert client.get(url).status_code == status
    pages = [
        reverse("membership_role", args=[organisation.code, member.pk]),
        reverse("membership_remove", args=[organisation.code, member.pk]),
    ]
    assert [client.get(page).status_code for page in pages] == [status, status]
    if status == 200:
        return
    posts = [
        (url, {"email": "x@exemple.test", "role": "manager"}),
        (pages[0], {"role": "manager"}),
        (pages[1], {}),
        (reverse("invitation_resend", args=[organisation.code, invitation.pk]), {}),
        (reverse("invitation_cancel", args=[organisation.code, invitation.pk]), {}),
    ]
    assert {client.post(address, data).status_code for address, data in posts} == {status}
    member.refresh_from_db()
    invitation.refresh_from_db()
    assert (member.role, invitation.is_pending, Invitation.objects.count()) == ("member", True, 1)


def test_manager_of_one_cannot_invite_into_another(manager):
    other = OrganisationFactory()
    with pytest.raises(PermissionDenied):
        invitations.invite(email="x@exemple.test", organisation=other, by=manager.user)
    with pytest.raises(PermissionDenied):
        invitations.invite(email="x@exemple.test", organisation=None, by=manager.user)
    foreign = InvitationFactory(organisation=other)
    for action in (invitations.resend, invitations.revoke):
        with pytest.raises(PermissionDenied):
            action(foreign, by=manager.user)


def test_members_of_another_are_not_reached_through_ones_own(client, manager):
    stranger = MembershipFactory()
    client.force_login(manager.user)
    for name in ("membership_role", "membership_remove"):
        assert (
            client.post(reverse(name, args=[manager.organisation.code, stranger.pk]), {"role": "manager"}).status_code
            == 404
        )
    foreign = InvitationFactory()
    for name in ("invitation_resend", "invitation_cancel"):
        assert client.post(reverse(name, args=[manager.organisation.code, foreign.pk])).status_code == 404
    assert Membership.objects.filter(pk=stranger.pk, role="member").exists()


def test_role_changed_and_member_removed(client, manager):
    member = MembershipFactory(organisation=manager.organisation)
    client.force_login(manager.user)
    client.post(reverse("membership_role", args=[manager.organisation.code, member.pk]), {"role": "manager"})
    member.refresh_from_db()
    assert member.is_manager
    client.post(reverse("membership_remove", args=[manager.organisation.code, member.pk]))
    assert not Membership.objects.filter(pk=member.pk).exists()
    assert User.objects.filter(pk=member.user.pk).exists()


@pytest.mark.parametrize(("name", "data"), [("membership_role", {"role": "member"}), ("membership_remove", {})])
def test_an_organisation_keeps_a_manager(client, manager, name, data):
    client.force_login(manager.user)
    page = client.post(reverse(name, args=[manager.organisation.code, manager.pk]), data, follow=True)
    assert "garde au moins un responsable" in page.text
    assert Membership.objects.get(pk=manager.pk).is_manager


def test_cancel_and_resend_buttons(client, manager):
    invitation = invite(manager)
    client.force_login(manager.user)
    code = manager.organisation.code
    assert client.get(reverse("invitation_cancel", args=[code, invitation.pk])).status_code == 405
    client.post(reverse("invitation_resend", args=[code, invitation.pk]))
    client.post(reverse("invitation_cancel", args=[code, invitation.pk]))
    page = client.post(reverse("invitation_resend", args=[code, invitation.pk]), follow=True)
    assert "attend plus de réponse" in page.text
    invitation.refresh_from_db()
    assert invitation.state == Invitation.State.REVOKED


@pytest.mark.parametrize("count", [1, 3])
def test_people_page_query_count(client, manager, count, django_assert_num_queries):
    MembershipFactory.create_batch(count - 1, organisation=manager.organisation)
    InvitationFactory.create_batch(count, organisation=manager.organisation)
    client.force_login(manager.user)
    with django_assert_num_queries(6):
        page = client.get(manager.organisation.get_absolute_url())
    assert page.text.count('scope="row"') == count
