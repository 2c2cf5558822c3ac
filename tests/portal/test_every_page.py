"""Every page that a link leads to, visited by each role: no template error, no dead link, no status but 200."""

import re
from urllib.parse import unquote, urlsplit

import pytest
from django.core.management import call_command
from django.urls import reverse

from governance.models import Organisation, Thematic
from projects import editing, workflow
from projects.models import ProjectSheet
from tests.factories.governance import (
    AdministratorFactory,
    ElectedOfficialFactory,
    MembershipFactory,
    ModeratorFactory,
    UserFactory,
)
from tests.factories.projects import CostFactory, FundingFactory, SheetFactory

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a [^>]*href="(/[^"#]*)[^"]*"')
IDS = re.compile(r'\bid="([^"]+)"')
ROLES = ["visitor", "member", "invited", "moderator", "administrator", "elected_official", "nobody"]
# The admin has tests of its own; documents are PDF files, tested too; logging out ends the visit.
ELSEWHERE = ("/admin/", "/deconnexion/", "/static/")


@pytest.fixture
def world():
    """A sheet in every status, written by one organisation, with rows, remarks and a request."""
    call_command("load_reference", verbosity=0)
    organisation, thematic = Organisation.objects.first(), Thematic.objects.first()
    member = MembershipFactory(organisation=organisation)
    people = {
        "member": member.user,
        "invited": UserFactory(),
        "moderator": ModeratorFactory(),
        "administrator": AdministratorFactory(),
        "elected_official": ElectedOfficialFactory(),
        "nobody": UserFactory(),
    }
    for number, status in enumerate(ProjectSheet.Status):
        sheet = SheetFactory(
            complete=status != "withdrawn", organisation=organisation, thematic=thematic, created_by=member.user
        )
        CostFactory(sheet=sheet)
        FundingFactory(sheet=sheet)
        editing.apply(sheet, {"title": f"Projet « {status} » & co <{number}>"}, by=member.user)
        sheet.invitees.create(user=people["invited"], invited_by=member.user)
        sheet.comments.create(section="budget", body="Une remarque", author=people["moderator"])
        _bring(sheet, status, member.user, people["moderator"])
    return people


def _bring(sheet, status, author, moderator):
    if status == "draft":
        return
    if sheet.pitch:
        workflow.perform(sheet, "submit", by=author)
    if status == "changes_requested":
        asked = {"sections": ["budget"], "reason": "incomplete", "message": "Précisez.", "due_on": None}
        workflow.perform(sheet, "request_changes", by=moderator, request=asked)
    ProjectSheet.objects.filter(pk=sheet.pk).update(status=status, visibility="public")


@pytest.mark.parametrize("role", ROLES)
def test_every_link_leads_somewhere(client, world, role):
    if role != "visitor":
        client.force_login(world[role])
    seen, waiting = set(), ["/"]
    while waiting:
        address = waiting.pop()
        if address in seen or address.startswith(ELSEWHERE):
            continue
        seen.add(address)
        if urlsplit(address).path.endswith(".pdf"):
            continue
        text = _visit(client, address)
        waiting += [link.replace("&amp;", "&") for link in LINK.findall(text)]
    assert len(seen) > 15


def _visit(client, address):
    response = client.get(unquote(address), follow=True)
    assert response.status_code == 200, address
    text = response.text
    ids = IDS.findall(text)
    assert len(ids) == len(set(ids)), (address, sorted(name for name in ids if ids.count(name) > 1))
    assert text.count("<h1") == 1, address
    assert " style=" not in text
    anchors = re.findall(r'href="#([^"]+)"', text)
    assert not set(anchors) - set(ids), (address, set(anchors) - set(ids))
    return text


@pytest.mark.parametrize("role", ["member", "invited", "moderator", "elected_official", "nobody"])
def test_the_workspace_opens_on_what_the_role_came_for(client, world, role):
    client.force_login(world[role])
    text = client.get(reverse("projects:workspace")).text
    titles = re.findall(r"<h2[^>]*>(.*?)</h2>", text)
    assert (
        titles[:1]
        == {
            "member": ["On attend votre réponse"],
            "invited": ["On attend votre réponse"],
            "moderator": ["Fiches à instruire"],
            "elected_official": ["À lire"],
            "nobody": [],
        }[role]
    )


def test_links_of_what_is_missing_lead_to_a_field(client, world):
    """Each point to complete names a field that the editor's page has."""
    sheet = SheetFactory(organisation=Organisation.objects.first(), created_by=world["member"])
    client.force_login(world["member"])
    text = client.get(reverse("projects:step", args=[sheet.key, "submit"])).text
    found = re.findall(r'href="(/fiches/[^"]+/modifier/[^"]+)"', text)
    assert len(found) > 10
    for link in found:
        parts = urlsplit(link)
        assert f'id="{parts.fragment}"' in client.get(parts.path).text, link
