"""Logging in: password, code by e-mail, second factor, limits; the same answer for known and unknown people."""

import re
import time

import pytest
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from governance.models import Message
from tests.factories.governance import ModeratorFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "une phrase assez longue"


def log_in(client, email, password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": email, "password": password}, **extra)


def is_logged_in(client):
    return SESSION_KEY in client.session


def activate_second_factor(user):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def current_code(secret):
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def shown(response):
    """The page without what changes at each request."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.text)


# Password


def test_password_opens_the_session(client, partner):
    response = log_in(client, partner.email.upper())
    assert response.status_code == 302
    assert is_logged_in(client)


def test_session_changes_at_log_in(client, partner):
    client.get(reverse("account_login"))
    before = client.session.session_key
    log_in(client, partner.email)
    assert client.session.session_key != before


def test_closed_account_does_not_open(client):
    user = UserFactory(is_active=False)
    response = log_in(client, user.email)
    assert (response.status_code, response.url) == (302, reverse("account_inactive"))
    assert not is_logged_in(client)
    assert "Compte fermé" in client.get(response.url).text


def test_wrong_password_and_unknown_person_get_the_same_answer(client, partner):
    known = log_in(client, partner.email, "mauvais mot de passe")
    unknown = log_in(client, "inconnu@exemple.test", "mauvais mot de passe")
    assert known.status_code == unknown.status_code == 200
    assert shown(known).replace(partner.email, "") == shown(unknown).replace("inconnu@exemple.test", "")
    assert "L&#x27;adresse ou le mot de passe ne convient pas." in known.text


@pytest.mark.parametrize(
    "target",
    [
        "https://mechant.test/",
        "//mechant.test",
        "/\\mechant.test",
        "javascript:alert(1)",
        "http:///mechant.test",
        "\t//x.y",
    ],
)
def test_next_never_leaves_the_site(client, partner, target, settings):
    settings.LOGIN_REDIRECT_URL = "account_security"
    response = client.post(reverse("account_login"), {"login": partner.email, "password": PASSWORD, "next": target})
    assert response.url == reverse("account_security")


def test_next_within_the_site_is_followed(client, partner):
    target = reverse("usersessions_list")
    response = client.post(reverse("account_login"), {"login": partner.email, "password": PASSWORD, "next": target})
    assert response.url == target


def test_sign_up_is_closed(client):
    page = client.get(reverse("account_signup"))
    assert "sur invitation" in page.text
    client.post(reverse("account_signup"), {"email": "intrus@exemple.test", "password1": PASSWORD})
    assert not is_logged_in(client)
    assert not Message.objects.exists()


def test_log_out_needs_a_button(client, partner, settings):
    settings.ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
    client.force_login(partner)
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_logged_in(client)
    client.post(reverse("account_logout"))
    assert not is_logged_in(client)


# Code by e-mail


def ask_code(client, email):
    return client.post(reverse("account_request_login_code"), {"email": email})


def test_code_arrives_and_opens_the_session(client, partner, deliver):
    assert ask_code(client, partner.email).url == reverse("account_confirm_login_code")
    [message] = deliver()
    assert (message.to, message.subject) == ([partner.email], "Votre code de connexion")
    code = re.search(r"^    (\S+)$", message.body, re.MULTILINE).group(1)
    assert code not in message.subject
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert is_logged_in(client)


def test_code_is_not_kept_after_sending(client, partner, deliver):
    ask_code(client, partner.email)
    deliver()
    row = Message.objects.get()
    assert (row.state, row.context, row.subject) == (Message.State.SENT, {}, "Votre code de connexion")


def test_code_request_gives_the_same_answer_for_unknown_and_closed(partner, deliver):
    answers = []
    for email in (partner.email, "inconnu@exemple.test", UserFactory(is_active=False).email):
        visitor = Client()
        response = ask_code(visitor, email)
        page = visitor.get(response.url)
        answers.append((response.status_code, response.url, shown(page).replace(email, "")))
    assert answers[0] == answers[1] == answers[2]
    assert [message.to for message in deliver()] == [[partner.email]]


def test_three_wrong_codes_end_the_attempt(client, partner):
    ask_code(client, partner.email)
    for _ in range(3):
        client.post(reverse("account_confirm_login_code"), {"code": "AAAAAA"})
    response = client.get(reverse("account_confirm_login_code"))
    assert response.status_code == 302
    assert not is_logged_in(client)


# Forgotten password


def test_reset_by_link(client, partner, deliver, link_in, settings):
    settings.SITE_URL = "http://portail.exemple.test"
    client.post(reverse("account_reset_password"), {"email": partner.email}, headers={"host": "localhost"})
    [message] = deliver()
    assert "http://portail.exemple.test/mot-de-passe/nouveau/" in message.body
    assert "localhost" not in message.body
    page = client.get(link_in(message))
    new = "une autre phrase bien longue"
    response = client.post(page.url, {"password1": new, "password2": new})
    assert response.url == reverse("account_reset_password_from_key_done")
    log_in(client, partner.email, new)
    assert is_logged_in(client)
    assert "Lien périmé" in Client().get(link_in(message)).text


def test_reset_gives_the_same_answer_for_unknown(client, partner, deliver):
    pages = [
        client.post(reverse("account_reset_password"), {"email": email}, follow=True)
        for email in (partner.email, "inconnu@exemple.test")
    ]
    assert shown(pages[0]) == shown(pages[1])
    assert [message.to for message in deliver()] == [[partner.email]]


# Limits


def test_one_account_is_protected_from_guessing(client, partner):
    for _ in range(10):
        log_in(client, partner.email, "mauvais")
    response = log_in(client, partner.email)
    assert not is_logged_in(client)
    assert "Trop d&#x27;essais" in response.text
    other = UserFactory()
    log_in(client, other.email)
    assert is_logged_in(client)


def test_sixty_people_behind_one_address_log_in_within_a_minute(settings):
    people = UserFactory.create_batch(60)
    for person in people:
        visitor = Client(REMOTE_ADDR="192.0.2.1")
        log_in(visitor, person.email)
        assert is_logged_in(visitor)


def test_sixty_people_behind_one_address_ask_for_a_code(deliver):
    for person in UserFactory.create_batch(60):
        assert ask_code(Client(REMOTE_ADDR="192.0.2.1"), person.email).status_code == 302
    assert len(deliver()) == 60


def test_one_address_cannot_ask_codes_for_ever_for_one_account(partner):
    statuses = [ask_code(Client(), partner.email).status_code for _ in range(7)]
    assert statuses[:5] == [302] * 5
    assert Message.objects.count() == 5


# Second factor


def test_second_factor_is_asked_after_the_password(client, partner):
    secret = activate_second_factor(partner)
    response = log_in(client, partner.email)
    assert response.url == reverse("mfa_authenticate")
    assert not is_logged_in(client)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not is_logged_in(client)
    client.post(reverse("mfa_authenticate"), {"code": current_code(secret)})
    assert is_logged_in(client)


def test_second_factor_is_asked_after_a_code_too(client, partner, deliver):
    activate_second_factor(partner)
    ask_code(client, partner.email)
    code = re.search(r"^    (\S+)$", deliver()[0].body, re.MULTILINE).group(1)
    response = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert response.url == reverse("mfa_authenticate")
    assert not is_logged_in(client)


def test_secret_is_encrypted_in_the_database(partner):
    secret = activate_second_factor(partner)
    assert secret not in str(partner.authenticator_set.get().data)


def confirm_identity(client):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def test_activation_gives_recovery_codes_that_serve_once(client, partner, deliver, django_capture_on_commit_callbacks):
    log_in(client, partner.email)
    confirm_identity(client)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert secret in page.text
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": current_code(secret)})
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(codes) == 10
    assert {message.subject for message in deliver()} == {"La protection de votre compte a changé"}
    for attempt, expected in ((1, True), (2, False)):
        visitor = Client()
        log_in(visitor, partner.email)
        visitor.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert is_logged_in(visitor) is expected, attempt


def test_changing_protection_asks_who_you_are(client, partner):
    log_in(client, partner.email)
    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))


# Staff


@pytest.fixture
def strict(settings):
    settings.STAFF_SECOND_FACTOR = True


@pytest.mark.parametrize("name", ["admin:index", "admin:governance_user_changelist"])
def test_staff_without_second_factor_does_nothing_else(client, moderator, strict, name):
    client.force_login(moderator)
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response.url.startswith(reverse("mfa_activate_totp"))


@pytest.mark.parametrize("name", ["account_security", "account_logout", "usersessions_list", "account_change_password"])
def test_account_pages_stay_open_to_them(client, moderator, strict, name):
    client.force_login(moderator)
    assert client.get(reverse(name)).status_code == 200


def test_staff_with_second_factor_goes_on(client, moderator, strict):
    activate_second_factor(moderator)
    client.force_login(moderator)
    assert client.get(reverse("admin:index")).status_code == 200


def test_partners_choose(client, partner, strict):
    client.force_login(partner)
    assert client.get(reverse("account_security")).status_code == 200
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_staff_cannot_drop_their_second_factor(client, strict):
    moderator = ModeratorFactory()
    activate_second_factor(moderator)
    client.force_login(moderator)
    confirm_identity(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert moderator.authenticator_set.exists()


def test_admin_log_in_is_the_portals(client, moderator):
    response = client.get(reverse("admin:index"), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))
    client.post(reverse("admin:login"), {"username": moderator.email, "password": PASSWORD})
    assert not is_logged_in(client)


# My account


def test_my_account_shows_what_it_should(client, partner):
    log_in(client, partner.email)
    page = client.get(reverse("account_security"))
    assert partner.email in page.text
    client.post(reverse("account_security"), {"full_name": "Nouveau Nom", "job_title": "Directrice", "is_staff": "on"})
    partner.refresh_from_db()
    assert (partner.full_name, partner.job_title, partner.is_staff) == ("Nouveau Nom", "Directrice", False)


def test_password_change_closes_other_sessions(client, partner, deliver):
    elsewhere = Client()
    log_in(elsewhere, partner.email)
    log_in(client, partner.email)
    new = "une autre phrase bien longue"
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert client.get(reverse("account_security")).status_code == 200
    assert elsewhere.get(reverse("account_security")).status_code == 302
    assert [message.subject for message in deliver()] == ["La protection de votre compte a changé"]


def test_other_sessions_are_listed_and_closed(client, partner):
    elsewhere = Client()
    log_in(elsewhere, partner.email)
    log_in(client, partner.email)
    elsewhere.get(reverse("account_security"))
    assert "Cet appareil" in client.get(reverse("usersessions_list")).text
    assert UserSession.objects.filter(user=partner).count() == 2
    client.post(reverse("usersessions_list"))
    assert client.get(reverse("account_security")).status_code == 200
    assert elsewhere.get(reverse("account_security")).status_code == 302


def test_closing_an_account_ends_its_sessions(client, partner):
    client.force_login(partner)
    type(partner).objects.filter(pk=partner.pk).update(is_active=False)
    assert client.get(reverse("account_security")).status_code == 302


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_request_login_code", "account_reset_password", "account_reset_password_done"],
)
def test_public_pages_have_no_inline_code(client, name):
    page = client.get(reverse(name))
    assert page.status_code == 200
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", page.text)
    assert "unsafe" not in page.headers["Content-Security-Policy"]
