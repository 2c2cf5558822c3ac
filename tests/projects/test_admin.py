"""Moderation in the admin: the queue, a sheet's page, its steps, and the records that nobody edits."""

import json
from datetime import date, timedelta

import pytest
from django.contrib.admin import site
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from governance.models import Message
from projects import content, editing, handling, queue, remarks, workflow
from projects.admin import steps
from projects.admin.queue import MOST_AT_ONCE
from projects.models import (
    Comment,
    Criterion,
    Opinion,
    ProjectSheet,
    ReferenceCounter,
    Score,
    SheetEdit,
    SheetVersion,
    Transition,
)
from tests.factories.governance import MembershipFactory, ModeratorFactory, UserFactory
from tests.factories.projects import CostFactory, FundingFactory, SheetFactory

pytestmark = pytest.mark.django_db
QUEUE = reverse("admin:projects_projectsheet_changelist")
S = ProjectSheet.Status
RECORDS = (Transition, SheetVersion, SheetEdit, ReferenceCounter)


def submitted(**kwargs):
    sheet = SheetFactory(complete=True, **kwargs)
    editing.seed(sheet, {"title": sheet.title}, by=sheet.created_by)
    workflow.perform(sheet, "submit", by=sheet.created_by)
    return sheet


def in_review(handler, **kwargs):
    sheet = submitted(**kwargs)
    workflow.perform(sheet, "start_review", by=handler, handler=handler)
    return sheet


def asked(handler, *codes, **kwargs):
    """A sheet whose authors are asked to complete some sections."""
    sheet = in_review(handler, **kwargs)
    request = {"sections": codes or ["budget"], "reason": "incomplete", "message": "Précisez le coût."}
    workflow.perform(sheet, "request_changes", by=handler, request=request)
    return sheet


def page(sheet):
    return reverse("admin:projects_projectsheet_change", args=[sheet.pk])


def step(sheet, name):
    return reverse("admin:projects_projectsheet_step", args=[sheet.pk, name])


def last(sheet):
    """What the hidden field of a step's page holds: the last step taken."""
    return sheet.transitions.order_by("-pk").values_list("pk", flat=True).first() or 0


def asking(sheet, **changes):
    """What is typed to ask for changes."""
    typed = {
        "seen": last(sheet), "sections": ["budget"], "reason": "incomplete", "message": "Précisez le coût.",
        "due_on": (timezone.localdate() + timedelta(days=15)).isoformat(),
    }  # fmt: skip
    return typed | changes


@pytest.fixture
def logged(client, moderator):
    """A browser where a moderator is logged in."""
    client.force_login(moderator)
    return client


# The queue.


def test_queue_hides_drafts_until_they_are_asked_for(logged):
    draft, sheet = SheetFactory(title="Un brouillon caché"), submitted(title="Une fiche déposée")
    text = logged.get(QUEUE).text
    assert sheet.title in text and draft.title not in text
    assert draft.title in logged.get(QUEUE, {"statut": "draft"}).text
    assert draft.title in logged.get(QUEUE, {"statut": "tout"}).text


def test_queue_says_where_sheets_stand_in_words(logged, moderator):
    sheet = in_review(moderator)
    CostFactory(sheet=sheet)
    text = logged.get(QUEUE).text
    for words in (
        sheet.reference,
        "En instruction",
        "#status-in_review",
        "attend depuis",
        str(moderator),
        "12\u202f500,50\u00a0€",
    ):
        assert words in text


def test_a_thrown_away_draft_is_nowhere(logged):
    sheet = SheetFactory(discarded_at=timezone.now(), title="Jetée hier")
    assert "Jetée hier" not in logged.get(QUEUE, {"statut": "tout"}).text
    assert logged.get(page(sheet)).status_code == 404


@pytest.mark.parametrize("count", [1, 3, 300])
def test_queue_costs_the_same_whatever_its_length(logged, moderator, django_assert_max_num_queries, count):
    first = SheetFactory(status=S.IN_REVIEW, handler=moderator)
    SheetFactory.create_batch(
        count - 1, status=S.IN_REVIEW, handler=moderator, organisation=first.organisation, project_owner=first.organisation,
        thematic=first.thematic, created_by=first.created_by,
    )  # fmt: skip
    with django_assert_max_num_queries(14):
        text = logged.get(QUEUE).text
    assert text.count("field-key") == min(count, 50)


def test_each_tab_holds_what_waits_for_it(logged, moderator):
    sheets = {
        "a-prendre": submitted(title="Personne ne la lit"),
        "moi": in_review(moderator, title="Je la lis"),
        "equipe": in_review(ModeratorFactory(), title="Un collègue la lit"),
        "auteurs": asked(moderator, title="Les auteurs la complètent"),
        "experts": in_review(moderator, title="Une experte la lit"),
    }
    opinion = {"expert": UserFactory(), "question": "Est-ce réaliste ?", "due_on": timezone.localdate()}
    workflow.perform(sheets["experts"], "ask_opinion", by=moderator, opinion=opinion)
    shown = {
        tab: {other for other, sheet in sheets.items() if sheet.title in logged.get(QUEUE, {"attend": tab}).text}
        for tab in queue.Audience.values
    }
    alone = {tab: {tab} for tab in queue.Audience.values}
    assert shown == alone | {"equipe": {"a-prendre", "moi", "equipe"}}
    counts = {who.value: count for who, count in queue.counts(ProjectSheet.objects.all(), moderator).items()}
    assert counts == {tab: len(found) for tab, found in shown.items()}


@pytest.mark.parametrize("words", ["telemedecine", "TÉLÉMÉDECINE", "télémédecines"])
def test_search_ignores_accents_and_plurals(logged, words):
    found, other = submitted(title="Télémédecine au village"), submitted(title="Autre chose")
    text = logged.get(QUEUE, {"q": words}).text
    assert found.title in text and other.title not in text


def test_search_finds_a_reference(logged):
    found, other = submitted(), submitted()
    text = logged.get(QUEUE, {"q": f" {found.reference.lower()} "}).text
    assert found.title in text and other.title not in text


def test_filters_narrow_the_queue(logged, moderator):
    mine, other = in_review(moderator), submitted()
    asked_for = (
        {"statut": "in_review"}, {"thematique": mine.thematic.code}, {"organisme": mine.organisation.code},
        {"instructeur": "moi"}, {"instructeur": str(moderator.pk)},
    )  # fmt: skip
    for query in asked_for:
        text = logged.get(QUEUE, query).text
        assert mine.title in text and other.title not in text, query
    text = logged.get(QUEUE, {"instructeur": "personne"}).text
    assert other.title in text and mine.title not in text


@pytest.mark.parametrize(
    "query", [{"statut": "n'importe"}, {"attend": "x"}, {"instructeur": "9" * 9}, {"p": "zz"}, {"thematique": "\u0661"}]
)
def test_a_forged_address_is_answered_calmly(logged, query):
    assert logged.get(QUEUE, query).status_code == 200


@pytest.mark.parametrize(
    ("due_in", "words", "level"),
    [
        (None, "", "calm"), (-1, "en retard de 1 jour", "late"), (-2, "en retard de 2 jours", "late"),
        (0, "à rendre aujourd'hui", "soon"), (1, "à rendre dans 1 jour", "soon"), (10, "à rendre dans 10 jours", "calm"),
    ],
)  # fmt: skip
def test_due_dates_are_said_in_words(due_in, words, level):
    today = date(2026, 5, 4)
    due_on = None if due_in is None else today + timedelta(days=due_in)
    assert queue.deadline(due_on, today) == (words, level)


def test_waiting_is_counted_from_the_last_move(logged):
    sheet = submitted()
    ProjectSheet.objects.filter(pk=sheet.pk).update(submitted_at=timezone.now() - timedelta(days=30))
    found = queue.annotated(ProjectSheet.objects.all(), timezone.localdate() + timedelta(days=6)).get()
    assert queue.wait(found, timezone.localdate() + timedelta(days=6)).since == "attend depuis 6 jours"


# Giving sheets to an agent, by the handful.


def assigning(handler, *sheets):
    return {"action": "assign", "handler": handler.pk if handler else "", "_selected_action": [s.pk for s in sheets]}


def test_sheets_are_given_by_the_handful_with_a_result_for_each(logged, moderator):
    colleague = ModeratorFactory()
    waiting, running = submitted(), in_review(moderator)
    done, written = SheetFactory(status=S.COMPLETED), submitted()
    MembershipFactory(user=colleague, organisation=written.organisation)
    response = logged.post(QUEUE, assigning(colleague, waiting, running, done, written))
    for sheet in (waiting, running, done, written):
        sheet.refresh_from_db()
    assert [s.handler for s in (waiting, running, done, written)] == [colleague, colleague, None, None]
    assert (waiting.status, written.status) == (S.IN_REVIEW, S.SUBMITTED)
    assert response.text.count("outcome-done") == response.text.count("outcome-refused") == 2
    told = Message.objects.filter(recipient=colleague, mode=Message.Mode.NOW)
    assert sorted(told.values_list("about", flat=True)) == sorted([waiting.reference, running.reference])


def test_an_agent_must_be_chosen(logged):
    sheet = submitted()
    response = logged.post(QUEUE, assigning(None, sheet), follow=True)
    assert "Choisissez d&#x27;abord un instructeur" in response.text
    logged.post(QUEUE, assigning(UserFactory(), sheet))
    sheet.refresh_from_db()
    assert (sheet.status, sheet.handler) == (S.SUBMITTED, None)


def test_nothing_is_erased_from_the_queue(logged, administrator):
    sheet = submitted()
    logged.force_login(administrator)
    assert "delete_selected" not in logged.get(QUEUE).text
    logged.post(QUEUE, {"action": "delete_selected", "_selected_action": [sheet.pk], "post": "yes"})
    assert (
        logged.post(reverse("admin:projects_projectsheet_delete", args=[sheet.pk]), {"post": "yes"}).status_code == 403
    )
    assert logged.get(reverse("admin:projects_projectsheet_add")).status_code == 403
    assert ProjectSheet.objects.count() == 1
    assert MOST_AT_ONCE == 500


# A sheet's page.


def test_the_frozen_version_is_read_whatever_is_written_meanwhile(logged, moderator):
    sheet = asked(moderator, "contexte", title="Le projet")
    editing.apply(sheet, {"need": "Un besoin récrit en ce moment."}, by=sheet.created_by)
    text = logged.get(page(sheet)).text
    read, _, _ = text[text.index('id="lecture"') :].partition('id="journal"')
    assert "Les démarches sont éloignées" in read
    assert "récrit" not in read
    under_way = text[text.index('id="en-cours"') : text.index('id="lecture"')]
    assert "<del>Les démarches sont éloignées" in under_way and "<ins>Un besoin récrit" in under_way


def test_the_answer_to_a_request_is_shown_beside_it(logged, moderator):
    sheet = asked(moderator, "contexte", "budget")
    editing.apply(sheet, {"need": "Un besoin mieux dit."}, by=sheet.created_by)
    workflow.perform(sheet, "resubmit", by=sheet.created_by, answers={"budget": "Le devis arrive vendredi."})
    text = logged.get(page(sheet)).text
    assert "Les auteurs ont répondu" in text
    assert "Le devis arrive vendredi." in text
    changes = text[text.index('id="differences"') : text.index('id="lecture"')]
    assert "<ins>Un besoin mieux dit.</ins>" in changes
    assert "2. Contexte et objectifs" in changes


@pytest.mark.parametrize("rows", [1, 3, 300])
def test_the_page_costs_the_same_whatever_its_rows(logged, moderator, django_assert_max_num_queries, rows):
    sheet = in_review(moderator)
    CostFactory.create_batch(rows, sheet=sheet)
    FundingFactory.create_batch(rows, sheet=sheet)
    Comment.objects.bulk_create(Comment(sheet=sheet, body="Vu.", author=moderator) for _ in range(rows))
    logged.get(page(sheet))
    with django_assert_max_num_queries(38):
        assert logged.get(page(sheet)).status_code == 200


def test_refused_steps_say_why(logged, moderator):
    sheet = in_review(moderator)
    text = logged.get(page(sheet)).text
    assert step(sheet, "request_changes") in text
    assert step(sheet, "declare_examined") not in text
    assert "Nommez l&#x27;élu référent." in text
    logged.force_login(ModeratorFactory())
    text = logged.get(page(sheet)).text
    assert step(sheet, "ask_opinion") not in text
    assert "Revient à l&#x27;instructeur de la fiche." in text


def test_no_status_and_no_content_is_typed_in(logged, moderator):
    sheet = in_review(moderator)
    before = content.state(sheet)
    text = logged.get(page(sheet)).text
    for name in ("status", "title", "need", "reference", "revision"):
        assert f'name="{name}"' not in text
    forged = {"status": "completed", "title": "Un autre titre", "handler": ModeratorFactory().pk, "_save": "1"}
    assert logged.post(page(sheet), forged).status_code == 405
    logged.post(reverse("admin:projects_projectsheet_handle", args=[sheet.pk]), forged)
    sheet.refresh_from_db()
    assert (sheet.status, sheet.handler, content.state(sheet)) == (S.IN_REVIEW, moderator, before)


def test_texts_are_escaped(logged, moderator):
    attack = "<script>alert(1)</script>"
    sheet = asked(moderator, title=attack, need="<img src=x onerror=alert(1)>")
    remarks.add(sheet, attack, by=moderator, section="budget")
    editing.apply(sheet, {"title": f"{attack} bis"}, by=sheet.created_by)
    logged.post(step(sheet, "cancel_request"), {"seen": last(sheet), "comment": attack})
    addresses = (QUEUE, page(sheet), step(sheet, "request_changes"), reverse("admin:projects_comment_changelist"))
    for address in addresses:
        text = logged.get(address).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_pages_obey_the_content_security_policy(logged, moderator):
    sheet = in_review(moderator)
    for address in (QUEUE, page(sheet), step(sheet, "request_changes"), step(sheet, "ask_opinion")):
        response = logged.get(address)
        assert "'unsafe-inline'" not in response["Content-Security-Policy"]
        for forbidden in (" style=", "<style", " onclick=", "<script>"):
            assert forbidden not in response.text, (address, forbidden)


def test_a_merged_sheet_names_the_one_it_joined(logged, moderator):
    sheet, into = in_review(moderator), submitted(title="La fiche qui reste")
    typed = {"seen": last(sheet), "into": "CDN-2026-RIEN-01"}
    assert "Aucune fiche déposée ne porte cette référence." in logged.post(step(sheet, "merge"), typed).text
    logged.post(step(sheet, "merge"), typed | {"into": f" {into.reference.lower()} "})
    sheet.refresh_from_db()
    assert (sheet.status, sheet.merged_into) == (S.MERGED, into)
    assert page(into) in logged.get(page(sheet)).text


def test_mails_about_the_sheet_are_listed_without_their_content(logged, moderator):
    sheet = asked(moderator)
    text = logged.get(page(sheet)).text
    mails = text[text.index("courriels-caption") :]
    assert "Des compléments vous sont demandés" in mails
    assert sheet.created_by.full_name in mails


# Steps.


def test_a_request_names_its_sections_and_keeps_its_due_date(logged, moderator):
    sheet = submitted()
    text = logged.get(f"{step(sheet, 'request_changes')}?rubrique=budget").text
    assert f'value="{(timezone.localdate() + timedelta(days=15)).isoformat()}"' in text
    assert 'value="budget" id="id_sections_5" checked' in text
    response = logged.post(step(sheet, "request_changes"), asking(sheet, sections=["budget", "freins"], reason="wrong"))
    assert (response.status_code, response.url) == (302, page(sheet))
    sheet.refresh_from_db()
    request = sheet.open_request
    assert (sheet.status, sheet.handler) == (S.CHANGES_REQUESTED, moderator)
    assert (request.sections, request.reason, request.requested_by) == (["budget", "freins"], "wrong", moderator)
    assert request.due_on == timezone.localdate() + timedelta(days=15)
    assert Message.objects.filter(recipient=sheet.created_by, about=sheet.reference, mode="now").count() == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"sections": []}, "Cochez au moins une rubrique."),
        ({"sections": ["inconnue"]}, "Sélectionnez un choix valide"),
        ({"message": "  "}, "Ce champ est obligatoire."),
        ({"message": "x" * 5001}, "5000"),
        ({"reason": ""}, "Ce champ est obligatoire."),
        ({"due_on": "2020-01-01"}, "Choisissez une date à venir."),
        ({"due_on": "bientôt"}, "Saisissez une date valide."),
    ],
)
def test_bad_input_is_said_at_its_place_and_the_rest_is_kept(logged, wrong, words):
    sheet = submitted()
    response = logged.post(step(sheet, "request_changes"), asking(sheet, message="Un mot à garder.") | wrong)
    assert response.status_code == 422
    assert words in response.text
    if "message" not in wrong:
        assert "Un mot à garder." in response.text
    sheet.refresh_from_db()
    assert sheet.status == S.SUBMITTED


def test_an_expert_is_asked(logged, moderator):
    sheet, expert = in_review(moderator), UserFactory()
    typed = {
        "seen": last(sheet),
        "expert": expert.email,
        "question": "Est-ce réaliste ?",
        "due_on": timezone.localdate().isoformat(),
    }
    logged.post(step(sheet, "ask_opinion"), typed)
    opinion = sheet.opinions.get()
    assert (opinion.expert, opinion.asked_by, opinion.question) == (expert, moderator, "Est-ce réaliste ?")
    assert "Est-ce réaliste ?" in logged.get(page(sheet)).text


def test_a_ready_sheet_is_declared_examined(logged, moderator):
    sheet = SheetFactory(
        complete=True, maturity="ready", expected_results="Des démarches faites.", elected_referent="La vice-présidente",
        department_pilot=ModeratorFactory(),
    )  # fmt: skip
    CostFactory(sheet=sheet)
    FundingFactory(sheet=sheet)
    workflow.perform(sheet, "submit", by=sheet.created_by)
    workflow.perform(sheet, "start_review", by=moderator, handler=moderator)
    assert logged.post(step(sheet, "declare_examined"), {"seen": last(sheet)}).status_code == 302
    sheet.refresh_from_db()
    assert (sheet.status, sheet.visibility) == (S.EXAMINED, "council")


def test_a_step_that_is_not_ready_says_what_is_missing(logged, moderator):
    sheet = in_review(moderator)
    response = logged.post(step(sheet, "declare_examined"), {"seen": last(sheet), "comment": "À garder"})
    assert response.status_code == 422
    assert "Nommez l&#x27;élu référent." in response.text and "À garder" in response.text


STEPS_OF_STAFF = [name for name in workflow.STEPS if name not in steps.OF_AUTHORS and name not in workflow.ADOPTION]


@pytest.mark.parametrize("name", [*steps.OF_AUTHORS, *sorted(workflow.ADOPTION), "inconnue"])
def test_other_steps_have_no_page_here(logged, moderator, name):
    assert logged.get(step(submitted(), name)).status_code == 404


# role: the steps whose page opens on a sheet that is being examined; elsewhere the page is refused.
OPEN = {
    "handler": {"request_changes", "ask_opinion", "declare_examined", "merge"},
    "colleague": {"request_changes", "declare_examined", "merge"},
    "superuser": {"request_changes", "declare_examined", "merge"},
    "staff author": set(),
    "partner": set(),
    "visitor": set(),
}


@pytest.mark.parametrize("role", OPEN)
def test_who_takes_which_step(client, moderator, administrator, partner, role):
    sheet = in_review(moderator)
    author = ModeratorFactory()
    MembershipFactory(user=author, organisation=sheet.organisation)
    people = {
        "handler": moderator, "colleague": ModeratorFactory(), "superuser": administrator, "staff author": author,
        "partner": partner, "visitor": None,
    }  # fmt: skip
    if people[role]:
        client.force_login(people[role])
    answers = {name: client.get(step(sheet, name), follow=role == "partner").status_code for name in STEPS_OF_STAFF}
    assert {name for name, status in answers.items() if status == 200} == OPEN[role]
    for name in STEPS_OF_STAFF:
        client.post(step(sheet, name), {"seen": last(sheet)})
    if role == "visitor":
        assert set(answers.values()) == {302}
    if role in ("staff author", "partner", "visitor"):
        sheet.refresh_from_db()
        assert (sheet.status, sheet.transitions.count()) == (S.IN_REVIEW, 2)


@pytest.mark.parametrize("address", [QUEUE, "/admin/projects/transition/", "/admin/projects/criterion/"])
def test_visitors_log_in_first_and_partners_stay_out(client, partner, address):
    assert client.get(address).url.startswith("/connexion/")
    client.force_login(partner)
    assert client.get(address, follow=True).status_code == 403


def test_an_agent_does_not_examine_a_sheet_they_write(client):
    sheet, author = submitted(), ModeratorFactory()
    MembershipFactory(user=author, organisation=sheet.organisation)
    ProjectSheet.objects.filter(pk=sheet.pk).update(internal_note="Entre agents seulement")
    client.force_login(author)
    text = client.get(page(sheet)).text
    assert "un autre agent l’instruit" in text
    assert "Entre agents seulement" not in text and 'id="notes"' not in text and 'id="suivi"' not in text
    for name in ("handle", "score"):
        assert client.post(reverse(f"admin:projects_projectsheet_{name}", args=[sheet.pk]), {}).status_code in (
            403,
            422,
        )
    assert client.post(step(sheet, "start_review"), {"seen": last(sheet), "handler": author.pk}).status_code == 403


def test_a_writer_of_the_sheet_is_not_made_its_handler(logged):
    sheet, author = submitted(), ModeratorFactory()
    MembershipFactory(user=author, organisation=sheet.organisation)
    response = logged.post(step(sheet, "start_review"), {"seen": last(sheet), "handler": author.pk})
    assert response.status_code == 422
    with pytest.raises(workflow.TransitionError):
        workflow.perform(sheet, "start_review", by=ModeratorFactory(), handler=author)


def test_the_second_of_two_agents_gets_a_plain_message(client, moderator):
    sheet, colleague = submitted(), ModeratorFactory(full_name="Amina Diallo")
    stale = last(sheet)
    client.force_login(colleague)
    client.post(step(sheet, "start_review"), {"seen": stale, "handler": colleague.pk})
    client.force_login(moderator)
    response = client.post(step(sheet, "request_changes"), asking(sheet, seen=stale, message="Tapé avant de savoir."))
    assert response.status_code == 422
    assert workflow.MOVED in response.text.replace("&#x27;", "'")
    assert "Amina Diallo" in response.text and "Tapé avant de savoir." in response.text
    sheet.refresh_from_db()
    assert (sheet.status, sheet.transitions.count()) == (S.IN_REVIEW, 2)
    # Having read the message, the same agent may decide on what is true now.
    again = client.post(step(sheet, "request_changes"), asking(sheet, seen=last(sheet)))
    assert again.status_code == 302


def test_the_same_decision_twice_has_one_effect(logged, moderator):
    sheet = submitted()
    typed = {"seen": last(sheet), "handler": moderator.pk}
    first, second = (logged.post(step(sheet, "start_review"), typed) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 422)
    assert sheet.transitions.filter(name="start_review").count() == 1
    assert logged.get(step(sheet, "start_review")).url == page(sheet)


# What staff decide around the sheet.


def handled(sheet, **changes):
    """What the form posts: the values of the sheet as it was read, and what was typed over them."""
    base = handling.values(sheet)
    typed = {name.removesuffix("_id"): value or "" for name, value in base.items()}
    return typed | {"base": json.dumps(base)} | changes


def test_staff_fields_are_stored_and_logged(logged, moderator):
    sheet, colleague = in_review(moderator), ModeratorFactory(full_name="Amina Diallo")
    address = reverse("admin:projects_projectsheet_handle", args=[sheet.pk])
    typed = handled(
        sheet,
        handler=colleague.pk,
        priority=1,
        review_due_on="2027-01-15",
        internal_note="Un secret",
        visibility="public",
    )
    assert logged.post(address, typed).status_code == 302
    sheet.refresh_from_db()
    assert (sheet.handler, sheet.priority, sheet.review_due_on, sheet.visibility) == (
        colleague,
        1,
        date(2027, 1, 15),
        "public",
    )
    log = " ".join(entry.change_message for entry in LogEntry.objects.all())
    assert "« Normale » devient « Haute »" in log.replace("\u00a0", " ")
    assert "Un secret" not in log
    assert Message.objects.filter(recipient=colleague, about=sheet.reference).count() == 1


def test_two_agents_who_change_different_fields_are_merged(logged, moderator):
    sheet = in_review(moderator)
    stale = handled(sheet, priority=1)
    handling.update(sheet, {"internal_note": "Appelé ce matin."}, by=ModeratorFactory(), base=handling.values(sheet))
    logged.post(reverse("admin:projects_projectsheet_handle", args=[sheet.pk]), stale)
    sheet.refresh_from_db()
    assert (sheet.priority, sheet.internal_note) == (1, "Appelé ce matin.")


def test_two_agents_who_change_the_same_field_are_told(logged, moderator):
    sheet = in_review(moderator)
    stale = handled(sheet, internal_note="Ma note")
    handling.update(sheet, {"internal_note": "Sa note"}, by=ModeratorFactory(), base=handling.values(sheet))
    response = logged.post(reverse("admin:projects_projectsheet_handle", args=[sheet.pk]), stale)
    assert response.status_code == 409
    assert "Sa note" in response.text and "Ma note" in response.text
    sheet.refresh_from_db()
    assert sheet.internal_note == "Sa note"
    logged.post(reverse("admin:projects_projectsheet_handle", args=[sheet.pk]), handled(sheet, internal_note="Ma note"))
    sheet.refresh_from_db()
    assert sheet.internal_note == "Ma note"


@pytest.mark.parametrize("base", ["", "{}", "[]", "null", '{"handler_id": 1}'])
def test_a_broken_page_changes_nothing(logged, moderator, base):
    sheet = in_review(moderator)
    typed = handled(sheet, priority=1, base=base)
    assert logged.post(reverse("admin:projects_projectsheet_handle", args=[sheet.pk]), typed).status_code == 422
    sheet.refresh_from_db()
    assert sheet.priority == 2


# Scores and remarks.


def test_scores_are_each_agent_s_own(logged, moderator):
    sheet = in_review(moderator)
    first, second = (
        Criterion.objects.create(label="Utilité", weight=3),
        Criterion.objects.create(label="Coût", weight=1),
    )
    Criterion.objects.create(label="Ancien critère", is_active=False)
    Score.objects.create(sheet=sheet, criterion=first, scorer=ModeratorFactory(), value=2)
    address = reverse("admin:projects_projectsheet_score", args=[sheet.pk])
    logged.post(address, {f"criterion_{first.pk}": "4", f"criterion_{second.pk}": "2"})
    text = logged.get(page(sheet)).text
    # (3 × 3 + 1 × 2) of 16.
    assert "Note d’ensemble : 69 sur 100" in text.replace("\u00a0", " ")
    assert "Ancien critère" not in text
    logged.post(address, {f"criterion_{first.pk}": "", f"criterion_{second.pk}": "2"})
    assert sorted(Score.objects.values_list("value", flat=True)) == [2, 2]
    response = logged.post(address, {f"criterion_{first.pk}": "9"})
    assert response.status_code == 422


def test_scores_close_with_the_examination(logged, moderator):
    criterion = Criterion.objects.create(label="Utilité")
    sheet = SheetFactory(status=S.EXAMINED)
    address = reverse("admin:projects_projectsheet_score", args=[sheet.pk])
    assert logged.post(address, {f"criterion_{criterion.pk}": "4"}).status_code == 403


def test_a_remark_is_written_told_and_closed(logged, moderator):
    sheet = in_review(moderator)
    logged.post(
        reverse("admin:projects_projectsheet_remark", args=[sheet.pk]), {"section": "budget", "body": "Quel loyer ?"}
    )
    comment = sheet.comments.get()
    assert (comment.author, comment.section, comment.body) == (moderator, "budget", "Quel loyer ?")
    assert Message.objects.filter(
        recipient=sheet.created_by, mode="digest", context__subject__startswith="Une remarque"
    ).exists()
    logged.post(reverse("admin:projects_projectsheet_close_remark", args=[sheet.pk, comment.pk]))
    comment.refresh_from_db()
    assert comment.resolved_by == moderator
    other = submitted()
    assert (
        logged.post(reverse("admin:projects_projectsheet_close_remark", args=[other.pk, comment.pk])).status_code == 404
    )
    empty = logged.post(reverse("admin:projects_projectsheet_remark", args=[sheet.pk]), {"body": " "})
    assert empty.status_code == 422


# Records and reference.


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("role", ["moderator", "administrator"])
def test_records_are_read_only_for_everybody(client, request, model, role):
    asked(ModeratorFactory())
    user = request.getfixturevalue(role)
    client.force_login(user)
    row = model.objects.first()
    name = model._meta.model_name
    before = model.objects.values().get(pk=row.pk)
    assert client.get(reverse(f"admin:projects_{name}_changelist")).status_code == 200
    detail = reverse(f"admin:projects_{name}_change", args=[row.pk])
    assert 'name="_save"' not in client.get(detail).text
    assert client.post(detail, {"number": 9, "name": "x"}).status_code == 403
    assert client.get(reverse(f"admin:projects_{name}_add")).status_code == 403
    assert client.post(reverse(f"admin:projects_{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in client.get(reverse(f"admin:projects_{name}_changelist")).text
    assert model.objects.values().get(pk=row.pk) == before


@pytest.mark.parametrize(
    "model", [Transition, SheetVersion, SheetEdit, Opinion, Comment], ids=lambda model: model.__name__
)
@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_whatever_their_length(logged, moderator, django_assert_max_num_queries, model, count):
    for _ in range(count):
        sheet = in_review(moderator)
        remarks.add(sheet, "Vu.", by=moderator)
        opinion = {"expert": UserFactory(), "question": "?", "due_on": timezone.localdate()}
        workflow.perform(sheet, "ask_opinion", by=moderator, opinion=opinion)
    with django_assert_max_num_queries(10):
        text = logged.get(reverse(f"admin:projects_{model._meta.model_name}_changelist")).text
    assert text.count("field-sheet_key") == model.objects.count()


def test_a_question_to_an_expert_is_taken_back_once(logged, moderator):
    sheet = in_review(moderator)
    opinion = {"expert": UserFactory(), "question": "?", "due_on": timezone.localdate()}
    workflow.perform(sheet, "ask_opinion", by=moderator, opinion=opinion)
    row = sheet.opinions.get()
    address = reverse("admin:projects_opinion_changelist")
    for words in ("1 demande(s) d'avis retirée(s)", "0 demande(s) d'avis retirée(s)"):
        response = logged.post(address, {"action": "revoke", "_selected_action": [row.pk]}, follow=True)
        assert words in response.text.replace("&#x27;", "'")
    assert Opinion.objects.get().revoked_at


def test_criteria_are_put_aside_rather_than_erased(logged, administrator):
    logged.force_login(administrator)
    criterion = Criterion.objects.create(label="Utilité")
    address = reverse("admin:projects_criterion_delete", args=[criterion.pk])
    assert logged.post(address, {"post": "yes"}).status_code == 403
    logged.post(reverse("admin:projects_criterion_change", args=[criterion.pk]), {"label": "Utilité", "weight": 2})
    criterion.refresh_from_db()
    assert (criterion.weight, criterion.is_active) == (2, False)


def test_every_model_of_the_sheet_that_the_admin_shows_is_ours():
    shown = {model.__name__ for model in site._registry if model._meta.app_label == "projects"}
    assert shown == {
        "ProjectSheet", "Criterion", "Opinion", "Comment", "ReferenceCounter", "Transition", "SheetVersion", "SheetEdit",
    }  # fmt: skip
