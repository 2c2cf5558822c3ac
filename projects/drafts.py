"""Drafts thrown away, taken back within 30 days, and begun as the copy of another sheet."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from governance.permissions import belongs_to

from . import content, editing, permissions
from .models import ProjectSheet, choices

KEPT = timedelta(days=30)
LONGEST_TITLE = 300
# What was promised for one project is not promised for its copy.
NOT_COPIED = ("owner_commitment", "owner_commitment_on", "owner_commitment_by", "origin")


class NotKept(Exception):
    """The draft was thrown away too long ago, or is no draft any more."""


def thrown_away_by(user):
    """Return the drafts that `user` may take back, the last thrown away first. Twin of `can_take_back`."""
    mine = Q(created_by=user) | Q(organisation__in=user.memberships.values("organisation"))
    since = timezone.now() - KEPT
    return ProjectSheet.objects.filter(mine, discarded_at__gte=since).order_by("-discarded_at")


def can_take_back(user, sheet):
    """True for those who could throw the draft away, during 30 days."""
    if not sheet.discarded_at or sheet.discarded_at < timezone.now() - KEPT:
        return False
    return user.is_authenticated and (sheet.created_by_id == user.pk or belongs_to(user, sheet.organisation))


def discard(sheet, *, by):
    """Throw a draft away. Raises PermissionDenied, and NotKept when somebody submitted it or threw it away meanwhile."""
    if not permissions.can_discard(by, sheet):
        raise PermissionDenied
    row = ProjectSheet.objects.filter(pk=sheet.pk, status=ProjectSheet.Status.DRAFT, discarded_at=None)
    if not row.update(discarded_at=timezone.now()):
        raise NotKept
    sheet.refresh_from_db(fields=["discarded_at"])


def take_back(sheet, *, by):
    """Take a draft back. Raises PermissionDenied, and NotKept when it is too late or was done already."""
    if not sheet.discarded_at:
        raise NotKept
    if not can_take_back(by, sheet):
        raise PermissionDenied
    ProjectSheet.objects.filter(pk=sheet.pk).update(discarded_at=None)
    sheet.refresh_from_db(fields=["discarded_at"])


@transaction.atomic
def duplicate(sheet, *, by, organisation, title, draft_key=None):
    """Begin a draft of `organisation` with what `by` reads of `sheet`, and return it; once for each `draft_key`.

    Commitments, funding obtained, documents and remarks stay with the original.
    """
    if not permissions.can_view(by, sheet) or not belongs_to(by, organisation):
        raise PermissionDenied
    state = _read_by(by, sheet)
    copy = ProjectSheet.objects.begin(
        organisation=organisation, title=title[:LONGEST_TITLE], thematic=sheet.thematic, by=by, draft_key=draft_key
    )
    if copy.revision == 0:
        editing.seed(copy, _copied(state, by) | {"title": copy.title}, by=by)
    return copy


def _read_by(user, sheet):
    version = sheet.latest_version
    if version is None or (permissions.can_view_live(user, sheet) and sheet.status in permissions.WRITABLE):
        return content.state(sheet)
    return version.content["content"]


def _copied(state, user):
    """Return the paths of a content that a copy takes."""
    rows = {name: list(found) for name, found in state["rows"].items()}
    known = set(ProjectSheet.objects.visible_to(user).values_list("draft_key", flat=True)) if rows["links"] else set()
    rows["links"] = [row for row in rows["links"] if row["target"] in known]
    rows["partners"] = [row | {"commitment": ""} for row in rows["partners"]]
    rows["funding"] = [row | {"status": choices.FundingStatus.CONSIDERED} for row in rows["funding"]]
    paths = editing.flatten(state | {"rows": rows})
    return {path: value for path, value in paths.items() if path not in NOT_COPIED}
