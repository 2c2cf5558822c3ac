"""What waits, for whom, since when and until when: the queue of moderation (PRODUCT.md, section 2)."""

import re
from dataclasses import dataclass

from django.db.models import (
    Case,
    Count,
    DateField,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    Subquery,
    Sum,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from cdn_portal.lib.search import matching

from .models import ChangeRequest, CostLine, Opinion, ProjectSheet, Transition

S = ProjectSheet.Status
WITH_STAFF = (S.SUBMITTED, S.IN_REVIEW)
REFERENCE = re.compile(r"CDN-[0-9]{4}-[A-Z]+-[0-9]+", re.IGNORECASE)
SOON_DAYS = 3
LONG_DAYS = 15


class Audience(TextChoices):
    """For whom a sheet waits."""

    ME = "moi", "Moi"
    NOBODY = "a-prendre", "À prendre"
    TEAM = "equipe", "L'équipe"
    AUTHORS = "auteurs", "Les auteurs"
    EXPERTS = "experts", "Les experts"


def _latest(rows, column):
    return Subquery(rows.order_by(f"-{column}").values(column)[:1])


def _pending_opinions(today):
    """Opinions that hold the examination: asked, and neither given, nor taken back, nor overdue."""
    return Opinion.objects.filter(sheet=OuterRef("pk"), answered_at=None, revoked_at=None, due_on__gte=today)


def annotated(sheets, today=None):
    """Add what the queue shows of each sheet: `waits_since`, `waits_until`, `opinion_due_on`, `cost_total`, `rank`."""
    today = today or timezone.localdate()
    moves = Transition.objects.filter(sheet=OuterRef("pk")).exclude(from_status=F("to_status"))
    requests = ChangeRequest.objects.filter(sheet=OuterRef("pk"), closed_at=None)
    opinions = _pending_opinions(today).values("sheet").annotate(first=Min("due_on")).values("first")
    costs = (
        CostLine.objects.filter(sheet=OuterRef("pk"))
        .order_by()
        .values("sheet")
        .annotate(sum=Sum("amount"))
        .values("sum")
    )
    return sheets.annotate(
        waits_since=Coalesce(_latest(moves, "at"), F("submitted_at"), F("created_at")),
        opinion_due_on=Subquery(opinions),
        cost_total=Subquery(costs),
        waits_until=Case(
            When(status=S.CHANGES_REQUESTED, then=_latest(requests, "due_on")),
            When(status=S.IN_REVIEW, then=Coalesce(Subquery(opinions), F("review_due_on"))),
            When(status=S.SUBMITTED, then=F("review_due_on")),
            output_field=DateField(),
        ),
        rank=Case(
            When(status__in=WITH_STAFF, then=Value(0)),
            When(status=S.CHANGES_REQUESTED, then=Value(1)),
            When(status=S.EXAMINED, then=Value(2)),
            default=Value(3),
            output_field=IntegerField(),
        ),
    )


def order():
    """Return the order of the queue: what waits for staff first, then what is urgent, then what waits longest."""
    return (F("rank").asc(), F("priority").asc(), F("waits_until").asc(nulls_last=True), F("waits_since").asc())


def condition(audience, user, today=None):
    """Return the condition that a sheet waits for `audience`, seen by `user`."""
    today = today or timezone.localdate()
    pending = Opinion.objects.filter(answered_at=None, revoked_at=None, due_on__gte=today).values("sheet")
    experts = Q(status=S.IN_REVIEW, pk__in=pending)
    staff = Q(status__in=WITH_STAFF) & ~experts
    return {
        Audience.ME: staff & Q(handler=user),
        Audience.NOBODY: staff & Q(handler=None),
        Audience.TEAM: staff,
        Audience.AUTHORS: Q(status=S.CHANGES_REQUESTED),
        Audience.EXPERTS: experts,
    }[Audience(audience)]


def counts(sheets, user):
    """Return {audience: number of sheets that wait for it}, in one query."""
    found = sheets.aggregate(**{who.name: Count("pk", filter=condition(who, user)) for who in Audience})
    return {who: found[who.name] for who in Audience}


def search(sheets, text):
    """Keep the sheets that hold every word of `text`, accents or not, or the one whose reference it is."""
    if REFERENCE.fullmatch(text.strip()):
        return sheets.filter(reference__iexact=text.strip())
    return sheets.filter(matching(text, "search_text"))


@dataclass(frozen=True)
class Wait:
    """How long a sheet has waited and until when, in words; `level` is calm, soon or late."""

    since: str
    due: str
    level: str


def wait(sheet, today=None):
    """Return the `Wait` of a sheet that `annotated` completed, None when it waits for nobody."""
    today = today or timezone.localdate()
    whom = _whom(sheet)
    if whom is None:
        return None
    age = (today - timezone.localdate(sheet.waits_since)).days
    due, level = deadline(sheet.waits_until, today)
    if level == "calm" and age > LONG_DAYS and sheet.waits_until is None:
        level = "soon"
    return Wait(f"attend {whom}{_since(age)}", due, level)


def _whom(sheet):
    if sheet.status == S.IN_REVIEW and sheet.opinion_due_on:
        return "un avis "
    return {S.SUBMITTED: "", S.IN_REVIEW: "", S.CHANGES_REQUESTED: "les auteurs ", S.EXAMINED: "une décision "}.get(
        sheet.status
    )


def _since(age):
    return f"depuis {days(age)}" if age > 0 else "depuis aujourd'hui"


def deadline(due_on, today=None):
    """Return a due date in words and its level: ("en retard de 2 jours", "late"); ("", "calm") for none."""
    today = today or timezone.localdate()
    if due_on is None:
        return "", "calm"
    left = (due_on - today).days
    if left < 0:
        return f"en retard de {days(-left)}", "late"
    if left == 0:
        return "à rendre aujourd'hui", "soon"
    return f"à rendre dans {days(left)}", "soon" if left <= SOON_DAYS else "calm"


def days(count):
    """Return a number of days in words."""
    return f"{count} jour{'s' if count > 1 else ''}"
