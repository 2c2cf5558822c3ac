"""The pages that anyone may read, and the health check."""

import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from governance.models import Message, WorkerHeartbeat
from tests.factories.projects import SheetFactory

pytestmark = pytest.mark.django_db
TEXT_PAGES = ["help", "contact", "accessibility", "legal_notice", "privacy", "site_map"]


@pytest.mark.parametrize("name", ["home", "projects:list", *TEXT_PAGES])
def test_public_pages_open_without_a_cookie(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert "Accessibilité\u00a0: non conforme" in response.text.replace(" :", "\u00a0:")
    assert not response.cookies


def test_home_shows_the_reference_figures(client):
    call_command("load_reference", verbosity=0)
    SheetFactory(status="examined", visibility="public", title="Une fiche publique")
    SheetFactory(status="examined", visibility="council", title="Une fiche du conseil")
    text = client.get("/").text
    assert "210 000" in text.replace("\u202f", " ").replace("\u00a0", " ")
    assert "Une fiche publique" in text
    assert "Une fiche du conseil" not in text


def test_home_costs_the_same_whatever_is_published(client, django_assert_num_queries):
    call_command("load_reference", verbosity=0)
    for added, shown in ((1, 1), (2, 3), (40, 3)):
        SheetFactory.create_batch(added, status="examined", visibility="public")
        with django_assert_num_queries(6):
            assert client.get("/").text.count("<article") == shown


def test_text_pages_cost_no_query(client, django_assert_num_queries):
    for name in TEXT_PAGES:
        with django_assert_num_queries(0):
            client.get(reverse(name))


def test_missing_legal_facts_are_said(client, settings):
    settings.LEGAL = dict.fromkeys(settings.LEGAL, "") | {"director": "La présidence du conseil départemental"}
    text = client.get(reverse("legal_notice")).text
    assert "La présidence du conseil départemental" in text
    assert "à compléter par le Département" in text


def test_health_says_what_fails(client):
    assert client.get("/sante/").status_code == 503
    WorkerHeartbeat.beat()
    response = client.get("/sante/")
    assert (response.status_code, response.json()["ok"]) == (200, True)
    Message.objects.create(email="a@exemple.test", kind="notice", state=Message.State.FAILED, context={})
    response = client.get("/sante/")
    assert response.status_code == 503
    assert response.json()["checks"] == {"database": True, "worker": True, "outbox": False}


def test_unknown_pages_are_404_in_french(client):
    response = client.get("/nulle-part/")
    assert response.status_code == 404
    assert "n’existe pas" in response.text


@pytest.mark.parametrize(
    "address", ["/fiches/%00/", "/fiches/?q=%00", "/fiches/?page=zzz", "/fiches/?thematique=nulle"]
)
def test_odd_addresses_never_break(client, address):
    assert client.get(address).status_code in (200, 400, 404)


WRITTEN = {
    "subject": "accessibility",
    "name": "Alix Durand",
    "email": "alix@exemple.test",
    "message": "Le <b>plan</b> est illisible.\nMerci.",
}


def test_a_message_reaches_the_agents(client, moderator, deliver):
    response = client.post(reverse("contact_form"), WRITTEN)
    assert response.url == reverse("contact_sent")
    assert "Votre message est envoyé" in client.get(response.url).text
    (mail,) = deliver()
    assert mail.to == [moderator.email]
    assert "alix@exemple.test" in mail.body
    assert mail.subject == "Signaler un défaut d’accessibilité : message de Alix Durand"


@pytest.mark.parametrize(
    "wrong", [{"email": "alix"}, {"message": " "}, {"subject": "nothing"}, {"website": "spam"}, {"name": "x" * 151}]
)
def test_a_wrong_message_keeps_what_was_typed(client, moderator, wrong):
    response = client.post(reverse("contact_form"), WRITTEN | wrong)
    assert response.status_code == 422
    assert "Rien n’est perdu" in response.text
    assert (WRITTEN | wrong)["email"] in response.text
    assert (WRITTEN | wrong)["name"] in response.text
    assert not Message.objects.exists()


def test_messages_are_limited(client, moderator):
    statuses = [
        client.post(reverse("contact_form"), WRITTEN | {"message": f"Message {n}"}).status_code for n in range(21)
    ]
    assert statuses == [302] * 20 + [429]


def test_the_contact_form_knows_who_is_logged_in(client, partner):
    client.force_login(partner)
    text = client.get(reverse("contact_form"), {"sujet": "accessibility"}).text
    assert f'value="{partner.email}"' in text
    assert '<option value="accessibility" selected' in text


def test_the_accessibility_statement_follows_the_mandatory_plan(client):
    text = client.get(reverse("accessibility")).text
    titles = re.findall(r"<h[1-4][^>]*>(.*?)</h[1-4]>", text)
    assert titles == [
        "Déclaration d’accessibilité",
        "État de conformité",
        "Résultats des tests",
        "Contenus non accessibles",
        "Non-conformités",
        "Dérogations pour charge disproportionnée",
        "Contenus non soumis à l’obligation d’accessibilité",
        "Établissement de cette déclaration d’accessibilité",
        "Technologies utilisées",
        "Environnement de test",
        "Outils utilisés lors de l’évaluation",
        "Pages ayant fait l’objet de la vérification de conformité",
        "Retour d’information et contact",
        "Voies de recours",
    ]
