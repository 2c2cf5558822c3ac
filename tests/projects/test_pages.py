"""The pages where sheets are read and moved."""

import pytest
from django.urls import reverse

from projects import editing, workflow
from projects.models import ProjectSheet
from tests.factories.governance import (
    CommuneFactory,
    ElectedOfficialFactory,
    EpciFactory,
    MembershipFactory,
    ModeratorFactory,
    OrganisationFactory,
)
from tests.factories.projects import CostFactory, IndicatorFactory, ObstacleFactory, SheetFactory

pytestmark = pytest.mark.django_db


def submitted(**kwargs):
    sheet = SheetFactory(complete=True, **kwargs)
    workflow.perform(sheet, "submit", by=sheet.created_by)
    return sheet


def published(**kwargs):
    sheet = submitted(**kwargs)
    ProjectSheet.objects.filter(pk=sheet.pk).update(status="examined", visibility="public")
    sheet.refresh_from_db()
    return sheet


@pytest.mark.parametrize("count", [1, 3, 300])
def test_list_costs_the_same_whatever_its_length(client, django_assert_num_queries, count):
    first = SheetFactory(status="examined", visibility="public")
    SheetFactory.create_batch(
        count - 1, status="examined", visibility="public", organisation=first.organisation,
        thematic=first.thematic, created_by=first.created_by,
    )  # fmt: skip
    with django_assert_num_queries(4):
        response = client.get(reverse("projects:list"))
    assert response.text.count("<article") == min(count, 24)


@pytest.mark.parametrize("rows", [1, 3, 300])
def test_detail_costs_the_same_whatever_its_rows(client, django_assert_max_num_queries, rows):
    sheet = SheetFactory()
    for factory in (CostFactory, IndicatorFactory, ObstacleFactory):
        factory.create_batch(rows, sheet=sheet)
    for name in ("costs", "indicators", "obstacles"):
        assert getattr(sheet, name).count() == rows
    frozen = workflow.freeze(sheet, by=None)
    ProjectSheet.objects.filter(pk=sheet.pk).update(
        status="examined", visibility="public", reference=f"CDN-2026-Z-{rows}"
    )
    assert frozen.number == 1
    with django_assert_max_num_queries(10):
        response = client.get(f"/fiches/CDN-2026-Z-{rows}/")
    assert response.status_code == 200


def test_visitors_read_the_frozen_version(client):
    sheet = published(title="Le titre voté")
    ProjectSheet.objects.filter(pk=sheet.pk).update(title="Un titre changé en douce")
    text = client.get(sheet.get_absolute_url()).text
    assert "<h1>Le titre voté</h1>" in text
    assert "changé en douce" not in text


def test_texts_are_escaped(client):
    sheet = published(title="<script>alert(1)</script>", need="<img src=x onerror=alert(1)>")
    for address in (sheet.get_absolute_url(), reverse("projects:list")):
        text = client.get(address).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_an_old_draft_address_leads_to_the_reference(client):
    sheet = submitted()
    client.force_login(sheet.created_by)
    response = client.get(f"/fiches/{sheet.draft_key}/")
    assert (response.status_code, response.url) == (302, f"/fiches/{sheet.reference}/")


def test_search_forgives_accents_and_plurals(client):
    sheet = published()
    person = sheet.created_by
    ProjectSheet.objects.filter(pk=sheet.pk).update(status="draft")
    editing.apply(sheet, {"title": "Des tiers-lieux numériques pour les élèves"}, by=person)
    ProjectSheet.objects.filter(pk=sheet.pk).update(status="examined")
    for words, found in (("numerique", 1), ("tiers lieu", 1), ("élève", 1), (sheet.reference, 1), ("hôpital", 0)):
        text = client.get(reverse("projects:list"), {"q": words}).text
        assert text.count("<article") == found, words


def test_submitting_says_what_is_missing_where(client):
    sheet = SheetFactory(title="Un début")
    client.force_login(sheet.created_by)
    text = client.get(reverse("projects:step", args=[sheet.key, "submit"])).text
    assert "Résumez le projet en une phrase." in text
    assert f'href="/fiches/{sheet.key}/modifier/identification/#id_pitch"' in text


def test_submitting_twice_has_one_effect(client):
    sheet = SheetFactory(complete=True)
    client.force_login(sheet.created_by)
    address = reverse("projects:step", args=[sheet.key, "submit"])
    client.post(address)
    response = client.post(address, follow=True)
    assert "La fiche est déjà « Déposée »" in response.text.replace("\u00a0", " ")
    assert sheet.transitions.count() == 1


def test_withdrawing_asks_why_and_keeps_what_was_typed(client):
    sheet = submitted()
    client.force_login(sheet.created_by)
    address = reverse("projects:step", args=[sheet.key, "withdraw"])
    response = client.post(address, {"comment": " "})
    assert response.status_code == 422
    sheet.refresh_from_db()
    assert sheet.status == "submitted"
    client.post(address, {"comment": "Le projet est abandonné."})
    sheet.refresh_from_db()
    assert (sheet.status, sheet.transitions.last().comment) == ("withdrawn", "Le projet est abandonné.")


def test_each_asked_section_is_changed_or_answered(client):
    sheet, moderator = submitted(), ModeratorFactory()
    asked = {"sections": ["budget"], "reason": "incomplete", "message": "Précisez <b>le budget</b>.", "due_on": None}
    workflow.perform(sheet, "request_changes", by=moderator, request=asked)
    client.force_login(sheet.created_by)
    assert "Précisez &lt;b&gt;le budget&lt;/b&gt;." in client.get(sheet.get_absolute_url()).text
    address = reverse("projects:step", args=[sheet.key, "resubmit"])
    assert "modifiez cette rubrique" in client.post(address, {"answer_budget": " "}).text
    client.post(address, {"answer_budget": "Rien ne change."})
    sheet.refresh_from_db()
    assert sheet.status == "in_review"


def test_steps_of_staff_are_not_taken_here(client):
    sheet = submitted()
    client.force_login(ModeratorFactory())
    assert client.post(reverse("projects:step", args=[sheet.key, "start_review"])).status_code == 404


def test_remarks_are_read_by_those_who_take_part_only(client):
    sheet = published()
    client.force_login(sheet.created_by)
    client.post(reverse("projects:add_remark", args=[sheet.key]), {"body": "Un point à revoir"})
    assert "Un point à revoir" in client.get(sheet.get_absolute_url()).text
    client.post(reverse("projects:close_remark", args=[sheet.key, sheet.comments.get().pk]))
    assert sheet.comments.get().resolved_by == sheet.created_by
    client.force_login(ElectedOfficialFactory())
    assert "Un point à revoir" not in client.get(sheet.get_absolute_url()).text


def test_history_tells_who_changed_what(client):
    sheet = SheetFactory(title="Ancien")
    editing.apply(sheet, {"title": "Nouveau"}, by=sheet.created_by)
    client.force_login(sheet.created_by)
    text = client.get(reverse("projects:history", args=[sheet.key])).text
    assert "« Ancien » remplacé par « Nouveau »" in text.replace("\u00a0", " ")
    assert sheet.created_by.full_name in text


def test_history_is_not_for_elected_officials(client):
    sheet = published()
    client.force_login(ElectedOfficialFactory())
    assert client.get(reverse("projects:history", args=[sheet.key])).status_code == 403


def test_a_draft_is_thrown_away_and_taken_back(client):
    sheet = SheetFactory()
    client.force_login(sheet.created_by)
    client.post(reverse("projects:discard", args=[sheet.key]))
    assert client.get(sheet.get_absolute_url()).status_code == 404
    assert sheet.title in client.get(reverse("projects:workspace")).text
    client.post(reverse("projects:restore", args=[sheet.draft_key]))
    assert client.get(sheet.get_absolute_url()).status_code == 200


def test_a_submitted_sheet_is_not_thrown_away(client):
    sheet = submitted()
    client.force_login(sheet.created_by)
    assert client.post(reverse("projects:discard", args=[sheet.key])).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_workspace_costs_the_same_whatever_its_length(client, django_assert_max_num_queries, count):
    member = MembershipFactory()
    for status in ("draft", "changes_requested", "submitted"):
        SheetFactory.create_batch(count, organisation=member.organisation, status=status)
    client.force_login(member.user)
    with django_assert_max_num_queries(14):
        response = client.get(reverse("projects:workspace"))
    assert response.text.count("<h3") == 3 * count


def test_elected_officials_find_their_reading(client):
    sheet = published(title="À lire en deux minutes")
    ProjectSheet.objects.filter(pk=sheet.pk).update(visibility="council")
    client.force_login(ElectedOfficialFactory())
    text = client.get(reverse("projects:workspace")).text
    assert f'href="/fiches/{sheet.reference}/note.pdf"' in text


def test_elected_officials_read_what_waits_for_a_decision_first(client):
    for status in ("selected", "examined", "not_selected"):
        SheetFactory(status=status, visibility="council", title=f"Projet {status}")
    client.force_login(ElectedOfficialFactory())
    text = client.get(reverse("projects:workspace")).text
    assert text.index("Projet examined") < text.index("Projet selected")
    assert "Projet not_selected" not in text


def test_a_sheet_found_by_its_intercommunality(client):
    epci, elsewhere = EpciFactory(), EpciFactory()
    commune = CommuneFactory(epci=epci)
    named, reached, everywhere, other = (
        SheetFactory(status="examined", visibility="public", scale=scale)
        for scale in ("epci", "municipalities", "department", "epci")
    )
    named.epcis.add(epci)
    reached.communes.add(commune, CommuneFactory(epci=epci))
    other.epcis.add(elsewhere)
    text = client.get(reverse("projects:list"), {"epci": epci.siren}).text
    assert all(sheet.title + "<" in text for sheet in (named, reached, everywhere))
    assert other.title + "<" not in text
    assert text.count("<article") == 3


def test_versions_are_read_by_those_who_take_part_only(client):
    sheet = published(title="Le premier titre")
    ProjectSheet.objects.filter(pk=sheet.pk).update(title="Le second titre")
    sheet.refresh_from_db()
    workflow.freeze(sheet, by=None)
    address = reverse("projects:version", args=[sheet.key, 1])
    client.force_login(ElectedOfficialFactory())
    assert client.get(address).status_code == 403
    client.force_login(sheet.created_by)
    text = client.get(address).text
    assert "<h1>Le premier titre</h1>" in text
    assert "Ce n’est pas la plus récente" in text
    assert client.get(reverse("projects:version", args=[sheet.key, 9])).status_code == 404


def test_a_refused_remark_stays_on_the_page(client):
    sheet = SheetFactory()
    client.force_login(sheet.created_by)
    long = "x" * 5001
    response = client.post(reverse("projects:add_remark", args=[sheet.key]), {"body": long, "section": "budget"})
    assert response.status_code == 422
    assert long in response.text
    assert '<option value="budget" selected' in response.text
    assert not sheet.comments.exists()


def test_a_step_taken_by_somebody_else_meanwhile_has_no_second_effect(client, monkeypatch):
    sheet = SheetFactory(complete=True)
    client.force_login(sheet.created_by)
    take = workflow.perform

    def late(found, name, **data):
        take(ProjectSheet.objects.get(pk=found.pk), name, by=sheet.created_by)
        return take(found, name, **data)

    monkeypatch.setattr(workflow, "perform", late)
    response = client.post(reverse("projects:step", args=[sheet.key, "submit"]), follow=True)
    assert "Rien n’a changé" in response.text
    assert sheet.transitions.count() == 1


def test_answers_typed_stay_when_something_is_missing(client):
    sheet, moderator = submitted(), ModeratorFactory()
    asked = {"sections": ["budget"], "reason": "incomplete", "message": "Précisez.", "due_on": None}
    workflow.perform(sheet, "request_changes", by=moderator, request=asked)
    editing.apply(sheet, {"pitch": ""}, by=sheet.created_by)
    client.force_login(sheet.created_by)
    address = reverse("projects:step", args=[sheet.key, "resubmit"])
    response = client.post(address, {"answer_budget": "Le coût est dans la convention."})
    assert response.status_code == 422
    assert "Le coût est dans la convention." in response.text
    assert f'href="/fiches/{sheet.key}/modifier/identification/#id_pitch"' in response.text


@pytest.mark.parametrize("rows", [1, 3, 40])
def test_a_draft_costs_the_same_whatever_its_rows(client, django_assert_num_queries, rows):
    sheet = SheetFactory(complete=True)
    for factory in (CostFactory, IndicatorFactory, ObstacleFactory):
        factory.create_batch(rows, sheet=sheet)
    for number in range(rows):
        sheet.partners.create(organisation=OrganisationFactory(), position=number)
        sheet.links.create(kind="complements", target=SheetFactory(), position=number)
        sheet.comments.create(body="À revoir", author=sheet.created_by)
    client.force_login(sheet.created_by)
    with django_assert_num_queries(26):
        assert client.get(sheet.get_absolute_url()).text.count("À revoir") == rows
