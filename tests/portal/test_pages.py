"""The pages that anyone may read, and the health check."""

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


@pytest.mark.parametrize("address", ["/fiches/%00/", "/fiches/?q=%00", "/fiches/?page=zzz", "/fiches/?thematique=nulle"])
def test_odd_addresses_never_break(client, address):
    assert client.get(address).status_code in (200, 400, 404)
