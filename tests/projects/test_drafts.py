"""Drafts: thrown away, taken back, begun as a copy."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from projects import content, drafts, workflow
from projects.models import ProjectSheet
from tests.factories.governance import MembershipFactory, OrganisationFactory, UserFactory
from tests.factories.projects import CostFactory, FundingFactory, SheetFactory

from .test_workflow import actor

pytestmark = pytest.mark.django_db


def test_colleagues_take_back_for_thirty_days():
    sheet = SheetFactory()
    colleague = actor("colleague", sheet)
    drafts.discard(sheet, by=sheet.created_by)
    assert list(drafts.thrown_away_by(colleague)) == [sheet]
    drafts.take_back(sheet, by=colleague)
    assert sheet.discarded_at is None
    with pytest.raises(drafts.NotKept):
        drafts.take_back(sheet, by=colleague)


@pytest.mark.parametrize(("days", "expected"), [(29, True), (31, False)])
def test_after_thirty_days_it_is_too_late(days, expected):
    sheet = SheetFactory(discarded_at=timezone.now() - timedelta(days=days))
    assert drafts.can_take_back(sheet.created_by, sheet) == expected
    assert drafts.thrown_away_by(sheet.created_by).exists() == expected


@pytest.mark.parametrize("role", ["author", "colleague", "invited", "moderator", "stranger"])
def test_the_list_of_drafts_agrees_with_each(role):
    sheet = SheetFactory()
    person = actor(role, sheet)
    ProjectSheet.objects.filter(pk=sheet.pk).update(discarded_at=timezone.now())
    sheet.refresh_from_db()
    expected = role in ("author", "colleague")
    assert drafts.can_take_back(person, sheet) == expected
    assert drafts.thrown_away_by(person).exists() == expected


def test_a_draft_submitted_meanwhile_is_not_thrown_away(client):
    sheet = SheetFactory(complete=True)
    stale = ProjectSheet.objects.get(pk=sheet.pk)
    workflow.perform(sheet, "submit", by=sheet.created_by)
    with pytest.raises(drafts.NotKept):
        drafts.discard(stale, by=sheet.created_by)


@pytest.fixture
def original():
    sheet = SheetFactory(complete=True, owner_commitment="confirmed", visibility="public")
    CostFactory(sheet=sheet)
    FundingFactory(sheet=sheet)
    workflow.perform(sheet, "submit", by=sheet.created_by)
    ProjectSheet.objects.filter(pk=sheet.pk).update(status="examined")
    sheet.refresh_from_db()
    return sheet


def test_a_copy_holds_what_was_read_but_no_promise(original):
    member = MembershipFactory()
    copy = drafts.duplicate(original, by=member.user, organisation=member.organisation, title="À notre tour")
    assert (copy.status, copy.title, copy.organisation, copy.reference) == (
        "draft",
        "À notre tour",
        member.organisation,
        None,
    )
    assert copy.need == original.need
    assert copy.costs.get().amount == Decimal("12500.50")
    assert copy.funding.get().status == "considered"
    assert copy.owner_commitment == ""
    assert copy.indicators.count() == 1
    assert copy.edits.get().by == member.user


def test_a_copy_is_made_of_what_the_reader_may_read(original):
    member = MembershipFactory()
    ProjectSheet.objects.filter(pk=original.pk).update(need="Un besoin changé depuis la version figée")
    copy = drafts.duplicate(original, by=member.user, organisation=member.organisation, title="Copie")
    assert copy.need == "Les démarches sont éloignées des habitants."


def test_links_to_sheets_of_others_are_not_copied(original):
    hidden, shown = SheetFactory(), SheetFactory(status="examined", visibility="public")
    original.links.create(kind="depends_on", target=hidden)
    original.links.create(kind="complements", target=shown)
    workflow.freeze(original, by=None)
    member = MembershipFactory()
    copy = drafts.duplicate(original, by=member.user, organisation=member.organisation, title="Copie")
    assert [link.target for link in copy.links.all()] == [shown]


def test_a_double_click_copies_once(client, original):
    member = MembershipFactory()
    client.force_login(member.user)
    address = reverse("projects:duplicate", args=[original.key])
    page = client.get(address)
    typed = {
        "draft_key": page.context["form"]["draft_key"].value(),
        "title": "Une copie",
        "organisation": member.organisation.pk,
    }
    first, second = client.post(address, typed), client.post(address, typed)
    assert first.url == second.url
    assert ProjectSheet.objects.filter(created_by=member.user).count() == 1
    assert content.state(ProjectSheet.objects.get(created_by=member.user))["need"] == original.need


def test_a_refused_copy_keeps_what_was_typed(client, original):
    member = MembershipFactory()
    client.force_login(member.user)
    elsewhere = OrganisationFactory()
    typed = {"draft_key": "brouillon-2222222222", "title": "Mon titre", "organisation": elsewhere.pk}
    response = client.post(reverse("projects:duplicate", args=[original.key]), typed)
    assert response.status_code == 422
    assert 'value="Mon titre"' in response.text


def test_only_members_copy_and_only_for_their_organisation(client, original):
    person = UserFactory()
    client.force_login(person)
    assert client.get(reverse("projects:duplicate", args=[original.key])).status_code == 403
    with pytest.raises(PermissionDenied):
        drafts.duplicate(original, by=person, organisation=OrganisationFactory(), title="Copie")
