"""The table of transitions, as PRODUCT.md section 1 writes it: role × status × step."""

import itertools
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from governance.models import Message
from projects import content, workflow
from projects.models import Criterion, FrozenRecordError, ProjectSheet, Transition
from tests.factories.governance import AdministratorFactory, MembershipFactory, ModeratorFactory, UserFactory
from tests.factories.projects import CostFactory, FundingFactory, SheetFactory

pytestmark = pytest.mark.django_db
S = ProjectSheet.Status

MODERATE = {
    S.DRAFT: {"withdraw"},
    S.SUBMITTED: {"withdraw", "start_review", "request_changes", "merge"},
    S.IN_REVIEW: {"request_changes", "declare_examined", "merge"},
    S.CHANGES_REQUESTED: {"withdraw", "cancel_request"},
    S.EXAMINED: {"reopen", "merge"},
    S.DEFERRED: {"reopen"},
    S.NOT_SELECTED: {"reopen"},
    S.IN_DELIVERY: {"complete", "abandon"},
}
AUTHOR = {
    S.DRAFT: {"submit", "withdraw"},
    S.SUBMITTED: {"take_back", "withdraw"},
    S.CHANGES_REQUESTED: {"resubmit", "withdraw"},
}
# Everything that is not listed is closed.
EXPECTED = {
    "author": AUTHOR,
    "colleague": AUTHOR,
    "moderator": MODERATE,
    "administrator": MODERATE,
    "handler": MODERATE | {S.IN_REVIEW: MODERATE[S.IN_REVIEW] | {"ask_opinion"}},
    "pilot": MODERATE | {S.SELECTED: {"start_delivery"}},
    # Staff who write a sheet do not examine it.
    "author_on_staff": AUTHOR,
}
ROLES = [*EXPECTED, "invited", "stranger", "elected_official", "owner_member"]


def actor(role, sheet):
    """Return a person who plays `role` for `sheet`."""
    if role == "author":
        return sheet.created_by
    if role == "colleague":
        return MembershipFactory(organisation=sheet.organisation).user
    if role == "author_on_staff":
        return MembershipFactory(organisation=sheet.organisation, user=ModeratorFactory()).user
    if role == "administrator":
        return AdministratorFactory()
    if role in ("moderator", "handler", "pilot"):
        person = ModeratorFactory()
        field = {"handler": "handler", "pilot": "department_pilot"}.get(role)
        if field:
            setattr(sheet, field, person)
            sheet.save(update_fields=[field])
        return person
    person = UserFactory(is_elected_official=role == "elected_official")
    if role == "invited":
        sheet.invitees.create(user=person, invited_by=sheet.created_by)
    if role == "owner_member":
        sheet.project_owner = MembershipFactory(user=person).organisation
        sheet.save(update_fields=["project_owner"])
    return person


@pytest.mark.parametrize(("role", "status"), list(itertools.product(ROLES, S)))
def test_steps_offered(role, status):
    sheet = SheetFactory(status=status)
    offered = {option.step.name for option in workflow.options(sheet, actor(role, sheet))}
    assert offered == EXPECTED.get(role, {}).get(status, set())


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", workflow.STEPS)
def test_perform_refuses_whom_the_table_refuses(role, name):
    step = workflow.STEPS[name]
    for status in step.sources:
        sheet = SheetFactory(status=status)
        person = actor(role, sheet)
        if name in EXPECTED.get(role, {}).get(status, set()):
            continue
        with pytest.raises(PermissionDenied):
            workflow.perform(sheet, name, by=person, comment="essai")
        sheet.refresh_from_db()
        assert sheet.status == status
        assert not sheet.transitions.exists()


def submitted(**kwargs):
    sheet = SheetFactory(complete=True, **kwargs)
    workflow.perform(sheet, "submit", by=sheet.created_by)
    return sheet


def request(sheet, by, sections=("budget",)):
    asked = {"sections": sections, "reason": "incomplete", "message": "Précisez le budget.", "due_on": None}
    return workflow.perform(sheet, "request_changes", by=by, request=asked)


def test_submitting_gives_a_reference_a_frozen_version_and_a_log_line():
    sheet = SheetFactory(complete=True)
    done = workflow.perform(sheet, "submit", by=sheet.created_by)
    assert sheet.status == S.SUBMITTED
    assert sheet.reference == f"CDN-{timezone.localdate().year}-{sheet.thematic.reference_code}-01"
    assert (done.from_status, done.to_status, done.by) == (S.DRAFT, S.SUBMITTED, sheet.created_by)
    version = sheet.versions.get()
    assert done.version == version
    assert version.sha256 == content.digest(version.content)
    assert version.content["content"] == content.state(sheet)


def test_submitting_tells_what_is_missing():
    sheet = SheetFactory()
    with pytest.raises(workflow.TransitionError) as refused:
        workflow.perform(sheet, "submit", by=sheet.created_by)
    assert "1. Identification : Résumez le projet en une phrase." in refused.value.reasons
    sheet.refresh_from_db()
    assert (sheet.status, sheet.reference) == (S.DRAFT, None)


def test_a_double_click_submits_once():
    sheet = SheetFactory(complete=True)
    stale = ProjectSheet.objects.get(pk=sheet.pk)
    workflow.perform(sheet, "submit", by=sheet.created_by)
    with pytest.raises(workflow.TransitionError):
        workflow.perform(stale, "submit", by=sheet.created_by)
    assert sheet.transitions.count() == sheet.versions.count() == 1


def test_references_have_no_gap():
    first = submitted()
    refused = SheetFactory(thematic=first.thematic)
    with pytest.raises(workflow.TransitionError):
        workflow.perform(refused, "submit", by=refused.created_by)
    second = submitted(thematic=first.thematic)
    assert [s.reference.rsplit("-", 1)[1] for s in (first, second)] == ["01", "02"]


def test_taking_back_keeps_the_reference():
    sheet = submitted()
    reference = sheet.reference
    workflow.perform(sheet, "take_back", by=sheet.created_by)
    workflow.perform(sheet, "submit", by=sheet.created_by)
    assert sheet.reference == reference
    assert sheet.versions.count() == 2


def test_a_request_waits_for_each_section():
    moderator, sheet = ModeratorFactory(), submitted()
    request(sheet, moderator)
    assert (sheet.status, sheet.handler) == (S.CHANGES_REQUESTED, moderator)
    assert sheet.open_request.due_on == timezone.localdate() + timedelta(days=15)
    with pytest.raises(workflow.TransitionError, match=r"6\. Budget"):
        workflow.perform(sheet, "resubmit", by=sheet.created_by)
    workflow.perform(sheet, "resubmit", by=sheet.created_by, answers={"budget": "Le budget est juste."})
    assert (sheet.status, sheet.open_request) == (S.IN_REVIEW, None)
    assert sheet.change_requests.get().outcome == "answered"


@pytest.mark.parametrize(("step", "outcome"), [("cancel_request", "cancelled"), ("withdraw", "withdrawn")])
def test_a_request_is_open_exactly_while_changes_are_requested(step, outcome):
    moderator, sheet = ModeratorFactory(), submitted()
    request(sheet, moderator)
    workflow.perform(sheet, step, by=moderator, comment="Plus nécessaire.")
    assert sheet.change_requests.get().outcome == outcome


def ready(**kwargs):
    """Return a sheet in review that lacks nothing, and its handler."""
    handler = ModeratorFactory()
    sheet = SheetFactory(
        complete=True, maturity="ready", expected_results="Moins de trajets.", elected_referent="Alix Roy",
        department_pilot=handler, **kwargs,
    )  # fmt: skip
    CostFactory(sheet=sheet)
    FundingFactory(sheet=sheet)
    workflow.perform(sheet, "submit", by=sheet.created_by)
    workflow.perform(sheet, "start_review", by=handler, handler=handler)
    return sheet, handler


def test_examined_sheets_are_shown_to_the_council():
    sheet, handler = ready()
    workflow.perform(sheet, "declare_examined", by=handler)
    assert (sheet.status, sheet.visibility) == (S.EXAMINED, "council")


def test_above_the_threshold_another_moderator_decides(settings):
    settings.SECOND_MODERATOR_THRESHOLD = 12_500
    sheet, handler = ready()
    with pytest.raises(workflow.TransitionError, match="second agent"):
        workflow.perform(sheet, "declare_examined", by=handler)
    workflow.perform(sheet, "declare_examined", by=ModeratorFactory())


def test_below_the_threshold_only_the_handler_decides():
    sheet, _handler = ready()
    with pytest.raises(workflow.TransitionError, match="Seul l'instructeur"):
        workflow.perform(sheet, "declare_examined", by=ModeratorFactory())


def test_examination_waits_for_opinions_scores_and_balance():
    sheet, handler = ready()
    FundingFactory(sheet=sheet, amount=10)
    Criterion.objects.create(label="Utilité")
    opinion = {"expert": UserFactory(), "question": "Est-ce faisable ?", "due_on": timezone.localdate()}
    workflow.perform(sheet, "ask_opinion", by=handler, opinion=opinion)
    assert sheet.status == S.IN_REVIEW
    with pytest.raises(workflow.TransitionError) as refused:
        workflow.perform(sheet, "declare_examined", by=handler)
    assert refused.value.reasons == (
        "6. Budget : Équilibrez le plan de financement, ou expliquez l'écart.",
        "1 avis attendu : attendez la réponse ou son échéance.",
        "Notez le critère « Utilité ».",
    )


@pytest.mark.parametrize(
    ("name", "target"), [("select", S.SELECTED), ("defer", S.DEFERRED), ("set_aside", S.NOT_SELECTED)]
)
def test_only_an_adoption_decides_and_its_messages_wait(name, target):
    sheet = SheetFactory(status=S.EXAMINED)
    workflow.perform(sheet, name, by=AdministratorFactory(), comment="Vote du 3 mars.", adoption="délibération 12")
    assert sheet.status == target
    assert set(Message.objects.values_list("state", flat=True)) == {Message.State.HELD}


@pytest.mark.parametrize("name", [name for name, step in workflow.STEPS.items() if step.needs_comment])
def test_a_reason_is_asked(name):
    step = workflow.STEPS[name]
    sheet = SheetFactory(status=min(step.sources))
    person = ModeratorFactory()
    with pytest.raises(workflow.TransitionError, match="Expliquez pourquoi"):
        workflow.perform(sheet, name, by=person, comment="  ", adoption="oui")


def test_merging_keeps_the_authors():
    moderator, sheet, into = ModeratorFactory(), submitted(), submitted()
    workflow.perform(sheet, "merge", by=moderator, into=into)
    assert (sheet.status, sheet.merged_into) == (S.MERGED, into)
    assert into.invitees.get().user == sheet.created_by
    with pytest.raises(workflow.TransitionError, match="autre fiche"):
        workflow.perform(into, "merge", by=moderator, into=into)


def test_delivery_needs_an_owner_dates_and_a_baseline():
    pilot = ModeratorFactory()
    sheet = SheetFactory(status=S.SELECTED, department_pilot=pilot)
    with pytest.raises(workflow.TransitionError) as refused:
        workflow.perform(sheet, "start_delivery", by=pilot)
    assert len(refused.value.reasons) == 4
    sheet = SheetFactory(
        complete=True, status=S.SELECTED, department_pilot=pilot, owner_commitment="confirmed", elected_referent="Alix"
    )
    sheet.phases.create(label="Achat", starts_on="2027-01", ends_on="2027-03")
    workflow.perform(sheet, "start_delivery", by=pilot)
    workflow.perform(sheet, "complete", by=pilot, comment="Tout est livré.")
    assert (sheet.status, sheet.delivery_status) == (S.COMPLETED, "done")


def test_nobody_edits_the_log():
    sheet = submitted()
    line, version = sheet.transitions.get(), sheet.versions.get()
    for record in (line, version):
        with pytest.raises(FrozenRecordError):
            record.save()
        with pytest.raises(FrozenRecordError):
            record.delete()
    for act in (Transition.objects.all().delete, lambda: Transition.objects.update(comment="faux")):
        with pytest.raises(FrozenRecordError):
            act()


def test_the_one_who_acts_is_not_told_except_by_a_receipt():
    sheet = submitted()
    assert Message.objects.get(email=sheet.created_by.email).context["subject"] == "Votre fiche est déposée"
    moderator = ModeratorFactory()
    Message.objects.all().delete()
    workflow.perform(sheet, "start_review", by=moderator, handler=moderator)
    assert set(Message.objects.values_list("email", flat=True)) == {sheet.created_by.email}
