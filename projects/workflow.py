"""The table of transitions (PRODUCT.md, section 1) and the one function that executes them.

Admin, portal and commands call `perform`; nothing else writes a status. A step that is refused says why.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from . import completeness, content, guards, notices, permissions, sections
from .models import ChangeRequest, Opinion, ProjectSheet, ReferenceCounter, SheetVersion, Transition

S = ProjectSheet.Status
MOVED = "La fiche a changé d'état entre-temps : relisez-la avant de continuer."
NO_EXAMINER = "Cette personne ne peut pas instruire la fiche : il faut un agent qui ne l'écrit pas."


class TransitionError(Exception):
    """A step that cannot be taken now; the sentences are for people."""

    def __init__(self, *reasons):
        self.reasons = reasons
        super().__init__(" ".join(reasons))


@dataclass(frozen=True)
class Step:
    """One row of the table. `guards` are functions (sheet, by) → sentences that say what is missing."""

    name: str
    label: str
    sources: frozenset
    target: str | None
    allowed: Callable
    guards: tuple = ()
    needs_comment: bool = False
    freezes: bool = False
    needs: tuple = field(default=())


def _by_adoption(user, sheet):
    """False for every person: only the adoption of a scenario decides, through `perform(..., adoption=…)`."""
    return False


def _author(user, sheet):
    return permissions.can_submit(user, sheet)


def _pilot_or_moderator(user, sheet):
    return permissions.can_pilot(user, sheet) or permissions.can_moderate(user, sheet)


def _steps(*steps):
    return {step.name: step for step in steps}


def _from(*statuses):
    return frozenset(statuses)


M, H = permissions.can_moderate, permissions.can_handle
# fmt: off
STEPS = _steps(
    Step("submit", "Déposer la fiche", _from(S.DRAFT), S.SUBMITTED, _author, (guards.is_complete,), freezes=True),
    Step("take_back", "Reprendre en brouillon", _from(S.SUBMITTED), S.DRAFT, _author, (guards.is_not_handled,)),
    Step("withdraw", "Retirer la fiche", _from(S.DRAFT, S.SUBMITTED, S.CHANGES_REQUESTED), S.WITHDRAWN, permissions.can_withdraw, needs_comment=True),
    Step("start_review", "Commencer l'instruction", _from(S.SUBMITTED), S.IN_REVIEW, M, needs=("handler",)),
    Step("request_changes", "Demander des compléments", _from(S.SUBMITTED, S.IN_REVIEW), S.CHANGES_REQUESTED, M, needs=("request",)),
    Step("resubmit", "Renvoyer la fiche complétée", _from(S.CHANGES_REQUESTED), S.IN_REVIEW, _author, (guards.is_complete, guards.answers_request), freezes=True),
    Step("cancel_request", "Annuler la demande", _from(S.CHANGES_REQUESTED), S.IN_REVIEW, M, needs_comment=True),
    Step("ask_opinion", "Demander un avis", _from(S.IN_REVIEW), None, H, needs=("opinion",)),
    Step("declare_examined", "Déclarer instruite", _from(S.IN_REVIEW), S.EXAMINED, M, guards.EXAMINED),
    Step("reopen", "Rouvrir l'instruction", _from(S.EXAMINED, S.DEFERRED, S.NOT_SELECTED), S.IN_REVIEW, M, needs_comment=True),
    Step("merge", "Fusionner avec une autre fiche", _from(S.SUBMITTED, S.IN_REVIEW, S.EXAMINED), S.MERGED, M, needs=("into",)),
    Step("select", "Retenir", _from(S.EXAMINED), S.SELECTED, _by_adoption),
    Step("defer", "Ajourner", _from(S.EXAMINED), S.DEFERRED, _by_adoption, needs_comment=True),
    Step("set_aside", "Ne pas retenir", _from(S.EXAMINED), S.NOT_SELECTED, _by_adoption, needs_comment=True),
    Step("start_delivery", "Démarrer la mise en œuvre", _from(S.SELECTED), S.IN_DELIVERY, permissions.can_pilot, guards.DELIVERY),
    Step("complete", "Terminer", _from(S.IN_DELIVERY), S.COMPLETED, _pilot_or_moderator, needs_comment=True),
    Step("abandon", "Abandonner", _from(S.IN_DELIVERY), S.ABANDONED, _pilot_or_moderator, needs_comment=True),
)
# fmt: on
ADOPTION = frozenset(step.name for step in STEPS.values() if step.allowed is _by_adoption)


@dataclass(frozen=True)
class Option:
    """A step offered to a person on a sheet, and why it is refused, if it is."""

    step: Step
    reasons: tuple

    @property
    def is_open(self):
        return not self.reasons


def options(sheet, by):
    """Return the steps that `by` may take from the present status, refused ones with their reasons."""
    return [
        Option(step, tuple(reasons(step, sheet, by)))
        for step in STEPS.values()
        if sheet.status in step.sources and step.allowed(by, sheet)
    ]


def reasons(step, sheet, by):
    """Return the sentences that say why `step` is refused now, none when it is open."""
    return [sentence for guard in step.guards for sentence in guard(sheet, by)]


@transaction.atomic
def perform(sheet, name, *, by, comment="", adoption=None, **data):
    """Take the step `name` and return its `Transition`.

    `data` holds what the step needs: `handler`; `request` (sections, reason, message, due_on); `opinion` (expert,
    question, due_on); `into`, the sheet that absorbs this one; `answers` by section. Raises PermissionDenied when the
    person may never take the step, TransitionError with sentences when it cannot be taken now.
    """
    step, seen = STEPS[name], sheet.status
    may = bool(adoption) if name in ADOPTION else step.allowed(by, sheet)
    if not may:
        raise PermissionDenied
    if seen not in step.sources:
        raise TransitionError(MOVED)
    if step.needs_comment and not comment.strip():
        raise TransitionError("Expliquez pourquoi, en une phrase ou deux.")
    if any(not data.get(key) for key in step.needs):
        raise TransitionError("Il manque une information pour cette étape.")
    if name == "resubmit":
        _note_answers(sheet, data.get("answers") or {})
    refused = reasons(step, sheet, by)
    if refused:
        raise TransitionError(*refused)
    _claim(sheet, seen, step)
    _EFFECTS.get(name, _no_effect)(sheet, by, data)
    version = freeze(sheet, by=by) if step.freezes else sheet.latest_version
    done = Transition.objects.create(
        sheet=sheet, name=name, from_status=seen, to_status=sheet.status, by=by, at=timezone.now(),
        comment=comment.strip(), version=version,
    )  # fmt: skip
    notices.tell(done, **data)
    return done


# What a sheet may already be when it comes from another tool, and what it needs for it.
IMPORTABLE = (S.DRAFT, S.SUBMITTED, S.CHANGES_REQUESTED, S.EXAMINED, S.IN_DELIVERY, S.COMPLETED, S.ABANDONED)
IMPORT = "import"
IMPORT_REQUEST = "Cette fiche vient d'un autre outil, où elle était à compléter. Complétez les rubriques cochées."


def label(name):
    """Return what people call a step of the record, imports included."""
    return "Reprendre d'un autre outil" if name == IMPORT else STEPS[name].label


@transaction.atomic
def record_import(sheet, status, *, at, delivery_status="", by=None):
    """Give a draft that was just imported the status it had elsewhere, since `at`; return its `Transition`.

    The one door beside `perform`, for `interchange` only: nobody is told and nothing is checked, since the steps were
    taken elsewhere. Beyond the draft, the sheet gets its reference and its first version, and from the examination on
    the council reads it.
    """
    if status not in IMPORTABLE or sheet.status != S.DRAFT:
        raise TransitionError("Une fiche ne se reprend qu'une fois, dans un état que le portail connaît.")
    sheet.status, sheet.delivery_status, sheet.updated_at = status, delivery_status, at
    if status != S.DRAFT:
        sheet.reference, sheet.submitted_at = _next_reference(sheet, at), at
    if status in ProjectSheet.EXAMINED_ONWARDS:
        sheet.visibility = ProjectSheet.Visibility.COUNCIL
    sheet.save(update_fields=["status", "delivery_status", "updated_at", "reference", "submitted_at", "visibility"])
    if status == S.CHANGES_REQUESTED:
        _reopen_request(sheet, by)
    version = freeze(sheet, by=by) if status != S.DRAFT else None
    return Transition.objects.create(
        sheet=sheet, name=IMPORT, from_status=S.DRAFT, to_status=status, by=by, at=at, version=version
    )


def _reopen_request(sheet, by):
    lacks = dict.fromkeys(item.section.code for item in completeness.missing_from(sheet))
    ChangeRequest.objects.create(
        sheet=sheet, sections=list(lacks) or [sections.SECTIONS[0].code], reason=ChangeRequest.Reason.INCOMPLETE,
        message=IMPORT_REQUEST, due_on=timezone.localdate() + timedelta(days=settings.CHANGE_REQUEST_DAYS),
        from_revision=sheet.revision, requested_by=by,
    )  # fmt: skip


def _claim(sheet, seen, step):
    """Move the sheet, if nobody else did: compare-and-set, since SQLite ignores row locks."""
    target, now = step.target or seen, timezone.now()
    row = ProjectSheet.objects.filter(pk=sheet.pk, status=seen, revision=sheet.revision, discarded_at=None)
    moved = {"status": target, "updated_at": now}
    if step.freezes:
        moved |= {
            "reference": sheet.reference or _next_reference(sheet, now),
            "submitted_at": sheet.submitted_at or now,
        }
    if not row.update(**moved):
        raise TransitionError(MOVED)
    sheet.refresh_from_db()


def _next_reference(sheet, now):
    return ReferenceCounter.take(timezone.localtime(now).year, sheet.thematic.reference_code)


def freeze(sheet, *, by):
    """Freeze the content of `sheet` as its next version and return it."""
    frozen = content.frozen(sheet)
    last = sheet.latest_version
    # The reference is one of the words by which the sheet is found.
    ProjectSheet.objects.filter(pk=sheet.pk).update(search_text=content.search_text(sheet))
    return SheetVersion.objects.create(
        sheet=sheet, number=last.number + 1 if last else 1, content=frozen, sha256=content.digest(frozen),
        frozen_at=timezone.now(), frozen_by=by,
    )  # fmt: skip


def _no_effect(sheet, by, data):
    """Most steps only move the sheet."""


def _assign(sheet, by, data):
    if not permissions.can_moderate(data["handler"], sheet):
        raise TransitionError(NO_EXAMINER)
    sheet.handler = data["handler"]
    sheet.save(update_fields=["handler"])


def _open_request(sheet, by, data):
    asked = data["request"]
    due = asked.get("due_on") or timezone.localdate() + timedelta(days=settings.CHANGE_REQUEST_DAYS)
    if sheet.handler_id is None:
        _assign(sheet, by, {"handler": by})
    ChangeRequest.objects.create(
        sheet=sheet, sections=list(asked["sections"]), reason=asked["reason"], message=asked["message"], due_on=due,
        from_revision=sheet.revision, requested_by=by,
    )  # fmt: skip


def _note_answers(sheet, answers):
    sheet.change_requests.filter(closed_at=None).update(answers=answers)


def _close_request(outcome):
    def close(sheet, by, data):
        sheet.change_requests.filter(closed_at=None).update(closed_at=timezone.now(), outcome=outcome)

    return close


def _ask_opinion(sheet, by, data):
    Opinion.objects.create(sheet=sheet, asked_by=by, **data["opinion"])


def _show_to_council(sheet, by, data):
    if sheet.visibility == ProjectSheet.Visibility.PRIVATE:
        sheet.visibility = ProjectSheet.Visibility.COUNCIL
        sheet.save(update_fields=["visibility"])


def _join(sheet, by, data):
    into = data["into"]
    if into.pk == sheet.pk or into.discarded_at or into.status in ProjectSheet.PRIVATE:
        raise TransitionError("Choisissez une autre fiche, déposée et toujours suivie.")
    sheet.merged_into = into
    sheet.save(update_fields=["merged_into"])
    for person in sheet.writers():
        if not permissions.is_writer(person, into):
            into.invitees.update_or_create(user=person, defaults={"invited_by": by, "revoked_at": None})


def _deliver(status):
    def set_delivery(sheet, by, data):
        sheet.delivery_status = status
        sheet.save(update_fields=["delivery_status"])

    return set_delivery


_EFFECTS = {
    "start_review": _assign,
    "request_changes": _open_request,
    "resubmit": _close_request(ChangeRequest.Outcome.ANSWERED),
    "cancel_request": _close_request(ChangeRequest.Outcome.CANCELLED),
    "withdraw": _close_request(ChangeRequest.Outcome.WITHDRAWN),
    "ask_opinion": _ask_opinion,
    "declare_examined": _show_to_council,
    "merge": _join,
    "select": _deliver(ProjectSheet.DeliveryStatus.PLANNED),
    "start_delivery": _deliver(ProjectSheet.DeliveryStatus.UNDER_WAY),
    "complete": _deliver(ProjectSheet.DeliveryStatus.DONE),
    "abandon": _deliver(ProjectSheet.DeliveryStatus.ABANDONED),
}
