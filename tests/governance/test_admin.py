"""The admin: open to moderators, closed to others, constant in queries; nobody raises themself."""

import pytest
from django.contrib import admin
from django.urls import reverse

from governance import models
from governance.models import Invitation, Message, User
from tests.factories import governance as factories
from tests.factories.workshops import UseCaseFactory
from workshops.models import UseCase

pytestmark = pytest.mark.django_db

FACTORIES = {
    models.User: factories.UserFactory,
    models.Organisation: factories.OrganisationFactory,
    models.Membership: factories.MembershipFactory,
    models.Invitation: factories.InvitationFactory,
    models.Epci: factories.EpciFactory,
    models.Commune: factories.CommuneFactory,
    models.Thematic: factories.ThematicFactory,
    models.Achievement: factories.AchievementFactory,
    models.AchievementFigure: factories.AchievementFigureFactory,
    models.SwotItem: factories.SwotItemFactory,
    models.Milestone: factories.MilestoneFactory,
    models.StrategyStatement: factories.StrategyStatementFactory,
    models.PublicFact: factories.PublicFactFactory,
    models.Message: factories.MessageFactory,
    UseCase: UseCaseFactory,
}
READ_ONLY = {models.Message}
NEVER_CHANGED = {models.Message, models.Invitation}
# What the list costs beside its rows: session, user, counts, the filters' choices.
all_models = pytest.mark.parametrize("model", list(FACTORIES), ids=lambda model: model._meta.model_name)


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def addresses(model, row):
    pages = [address(model, "changelist"), address(model, "change", row.pk), address(model, "history", row.pk)]
    if model not in READ_ONLY:
        pages.append(address(model, "add"))
    return pages


def test_every_model_of_ours_has_an_admin():
    ours = {model for model in admin.site._registry if model._meta.app_label in {"governance", "workshops"}}
    assert ours == {*FACTORIES, models.WorkerHeartbeat}


@all_models
def test_open_to_moderators(client, moderator, model):
    row = FACTORIES[model]()
    client.force_login(moderator)
    for page in addresses(model, row):
        response = client.get(page)
        assert response.status_code == 200, page
        assert "style=" not in response.text, page


@all_models
@pytest.mark.parametrize("role", ["partner", "elected_official"])
def test_closed_to_others(client, request, model, role):
    row = FACTORIES[model]()
    client.force_login(request.getfixturevalue(role))
    for page in addresses(model, row):
        assert client.get(page, follow=True).status_code == 403, page


@all_models
def test_constant_queries(client, moderator, model, django_assert_max_num_queries, django_assert_num_queries):
    client.force_login(moderator)
    FACTORIES[model]()
    client.get(address(model, "changelist"))
    with django_assert_max_num_queries(14) as first:
        client.get(address(model, "changelist"))
    FACTORIES[model].create_batch(2)
    with django_assert_num_queries(len(first)):
        client.get(address(model, "changelist"))


@all_models
def test_search_and_filters_answer(client, moderator, model):
    FACTORIES[model]()
    client.force_login(moderator)
    assert client.get(address(model, "changelist"), {"q": "école"}).status_code == 200


@all_models
def test_history_keeps_who_and_what(client, moderator, model):
    if not hasattr(model, "history") or model is models.Membership:
        pytest.skip("not a reference record")
    row = FACTORIES[model]()
    row._history_user = moderator
    row.save()
    client.force_login(moderator)
    page = client.get(address(model, "history", row.pk))
    assert moderator.full_name in page.text
    version = row.history.first()
    old = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_simple_history", args=[row.pk, version.pk])
    assert client.get(old).status_code == 200


@all_models
def test_moderators_delete_nothing_but_memberships(client, moderator, administrator, model):
    row = FACTORIES[model]()
    client.force_login(moderator)
    allowed = client.get(address(model, "delete", row.pk)).status_code
    assert allowed == (200 if model is models.Membership else 403)
    client.force_login(administrator)
    allowed = client.get(address(model, "delete", row.pk)).status_code
    assert allowed == (403 if model in READ_ONLY else 200)


# People


def person_form(user, **changes):
    data = {"email": user.email, "full_name": user.full_name, "job_title": "", "is_active": "on"}
    management = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    return {**data, **management, **changes}


def test_moderator_cannot_make_themself_superuser(client, moderator):
    client.force_login(moderator)
    response = client.post(address(User, "change", moderator.pk), person_form(moderator, is_superuser="on"))
    assert response.status_code == 403
    moderator.refresh_from_db()
    assert not moderator.is_superuser


@pytest.mark.parametrize("field", ["is_superuser", "is_staff", "password", "user_permissions", "groups"])
def test_moderator_gives_nobody_more_rights(client, moderator, partner, field):
    client.force_login(moderator)
    before = partner.password
    response = client.post(address(User, "change", partner.pk), person_form(partner, **{field: "1"}))
    assert response.status_code == 302
    partner.refresh_from_db()
    assert (partner.is_superuser, partner.is_staff, partner.password) == (False, False, before)
    assert not partner.user_permissions.exists()


@pytest.mark.parametrize("target", ["administrator", "colleague"])
def test_moderator_cannot_take_the_account_of_staff(client, moderator, request, target):
    person = factories.ModeratorFactory() if target == "colleague" else request.getfixturevalue("administrator")
    client.force_login(moderator)
    page = client.get(address(User, "change", person.pk))
    assert page.status_code == 200
    assert 'name="email"' not in page.text
    response = client.post(address(User, "change", person.pk), person_form(person, email="pirate@exemple.test"))
    assert response.status_code == 403
    assert User.objects.get(pk=person.pk).email == person.email


def test_administrator_makes_staff(client, administrator, partner):
    client.force_login(administrator)
    client.post(address(User, "change", partner.pk), person_form(partner, is_staff="on"))
    partner.refresh_from_db()
    assert partner.is_staff


def test_no_page_shows_a_password(client, administrator, partner):
    client.force_login(administrator)
    for page in (address(User, "change", partner.pk), address(User, "changelist")):
        assert partner.password not in client.get(page).text


def test_changed_address_is_told_to_the_former_one(client, moderator, partner, deliver):
    former = partner.email
    client.force_login(moderator)
    client.post(address(User, "change", partner.pk), person_form(partner, email="Nouvelle@Exemple.test"))
    partner.refresh_from_db()
    assert partner.email == "nouvelle@exemple.test"
    assert [message.to for message in deliver()] == [[former]]


def test_added_person_logs_in_by_code_only(client, moderator):
    client.force_login(moderator)
    data = person_form(User(email="nouvelle@exemple.test", full_name="Nouvelle"))
    client.post(address(User, "add"), data)
    assert not User.objects.get(email="nouvelle@exemple.test").has_usable_password()


def test_same_address_in_another_case_is_refused_at_its_field(client, moderator, partner):
    client.force_login(moderator)
    page = client.post(address(User, "add"), person_form(User(email=partner.email.upper(), full_name="Double")))
    assert page.context["errors"] == [["Un compte existe déjà avec cette adresse."]]


def act(client, model, action, rows):
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(address(model, "changelist"), data, follow=True)


def test_log_in_link_is_sent(client, moderator, partner, deliver):
    client.force_login(moderator)
    act(client, User, "send_login_link", [partner])
    [message] = deliver()
    assert reverse("account_request_login_code") in message.body


def test_only_an_administrator_removes_a_second_factor(client, moderator, administrator, partner):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(partner, generate_totp_secret())
    client.force_login(moderator)
    act(client, User, "remove_second_factor", [partner])
    assert partner.authenticator_set.exists()
    client.force_login(administrator)
    act(client, User, "remove_second_factor", [partner])
    assert not partner.authenticator_set.exists()
    assert Message.objects.get().recipient == partner


@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        (User, "password__startswith"),
        (Invitation, "token_hash__startswith"),
        (Message, "context__code__startswith"),
        (Message, "recipient__password__startswith"),
        (models.Membership, "user__password__startswith"),
    ],
)
def test_secrets_are_not_guessed_through_filters(client, moderator, model, lookup):
    client.force_login(moderator)
    assert client.get(address(model, "changelist"), {lookup: "a"}).status_code == 400


# Invitations


def test_adding_an_invitation_sends_it(client, moderator, deliver):
    organisation = factories.OrganisationFactory()
    client.force_login(moderator)
    data = {"email": "x@exemple.test", "full_name": "X", "organisation": organisation.pk, "role": "manager"}
    assert client.post(address(Invitation, "add"), data).status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.invited_by, invitation.role) == (moderator, "manager")
    assert [message.to for message in deliver()] == [["x@exemple.test"]]


def test_inviting_a_member_is_refused_at_its_field(client, moderator):
    member = factories.MembershipFactory()
    client.force_login(moderator)
    data = {"email": member.user.email, "organisation": member.organisation.pk, "role": "member"}
    page = client.post(address(Invitation, "add"), data)
    assert page.context["adminform"].form.errors == {"email": ["Cette personne est déjà rattachée à cet organisme."]}


def test_invitations_resent_and_cancelled_in_bulk(client, moderator, deliver):
    waiting, accepted = factories.InvitationFactory(), factories.InvitationFactory(accepted_at="2026-01-01T00:00Z")
    client.force_login(moderator)
    page = act(client, Invitation, "resend", [waiting, accepted])
    assert "1 invitation(s) traitée(s), 1 n" in page.text
    assert len(deliver()) == 1
    act(client, Invitation, "revoke", [waiting])
    waiting.refresh_from_db()
    assert waiting.state == Invitation.State.REVOKED


# Messages


def test_messages_show_no_content(client, moderator):
    row = factories.MessageFactory(kind="login_code", context={"code": "SECRET-CODE"})
    client.force_login(moderator)
    for page in (address(Message, "changelist"), address(Message, "change", row.pk)):
        assert "SECRET-CODE" not in client.get(page).text


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("retry_failed", "failed", "waiting"),
        ("retry_failed", "sent", "sent"),
        ("release_held", "held", "waiting"),
        ("release_held", "dropped", "dropped"),
        ("drop_waiting", "waiting", "dropped"),
        ("drop_waiting", "held", "dropped"),
        ("drop_waiting", "sent", "sent"),
    ],
)
def test_message_actions(client, moderator, action, before, after):
    row = factories.MessageFactory(state=before)
    client.force_login(moderator)
    act(client, Message, action, [row])
    row.refresh_from_db()
    assert row.state == after
