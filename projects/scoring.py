"""The evaluation grid: each agent gives each criterion a score from 0 to 4; means and spreads come from all of them."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from . import permissions
from .models import Criterion, ProjectSheet, Score

S = ProjectSheet.Status
OPEN = (S.SUBMITTED, S.IN_REVIEW, S.CHANGES_REQUESTED)
LABELS = {0: "0 – Absent", 1: "1 – Faible", 2: "2 – Moyen", 3: "3 – Bon", 4: "4 – Très bon"}
BEST = 4


@dataclass(frozen=True)
class Line:
    """One criterion of the grid; `mean` and `spread` are None while nobody scored it."""

    criterion: Criterion
    mine: int | None
    scores: tuple

    @property
    def mean(self):
        return Decimal(sum(s.value for s in self.scores)) / len(self.scores) if self.scores else None

    @property
    def spread(self):
        """The distance between the lowest and the highest score."""
        found = [s.value for s in self.scores]
        return max(found) - min(found) if found else None


def can_score(user, sheet):
    """True for a moderator while the sheet is being examined."""
    return sheet.status in OPEN and permissions.can_moderate(user, sheet)


def grid(sheet, user):
    """Return the lines of the grid for the criteria in use."""
    by_criterion = {}
    for score in sheet.scores.select_related("scorer").order_by("scorer__full_name", "pk"):
        by_criterion.setdefault(score.criterion_id, []).append(score)
    lines = []
    for criterion in Criterion.objects.filter(is_active=True).order_by("pk"):
        scores = tuple(by_criterion.get(criterion.pk, ()))
        mine = next((s.value for s in scores if s.scorer_id == user.pk), None)
        lines.append(Line(criterion, mine, scores))
    return lines


def result(lines):
    """Return the weighted mean of a grid on 100, None while a criterion has no score."""
    weights = sum(line.criterion.weight for line in lines)
    if not weights or any(line.mean is None for line in lines):
        return None
    return sum(line.mean * line.criterion.weight for line in lines) * 100 / (BEST * weights)


@transaction.atomic
def record(sheet, values, *, by):
    """Store the scores of `by`: {criterion: 0 to 4, or None to take it back}. Raises PermissionDenied."""
    if not can_score(by, sheet):
        raise PermissionDenied
    for criterion, value in values.items():
        if value is None:
            Score.objects.filter(sheet=sheet, criterion=criterion, scorer=by).delete()
        else:
            Score.objects.update_or_create(sheet=sheet, criterion=criterion, scorer=by, defaults={"value": value})
