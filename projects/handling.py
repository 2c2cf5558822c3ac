"""What staff decide around a sheet without moving it: who examines it, how soon, who may see it, what they note.

Two agents may do so at once: each says which values they started from, as authors do in `editing`.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from cdn_portal.lib.merge import merge

from . import notices, permissions
from .models import ProjectSheet
from .workflow import NO_EXAMINER

FIELDS = (
    "handler_id", "priority", "review_due_on", "department_pilot_id", "visibility", "conflict_of_interest", "internal_note",
)  # fmt: skip


class HandlingConflict(Exception):
    """Another agent changed the same values; `conflicts` lists them."""

    def __init__(self, conflicts):
        self.conflicts = conflicts
        super().__init__("Un autre agent a modifié ces réponses entre-temps.")


class NotAnExaminer(Exception):
    """The person chosen may not examine the sheet: no agent, or one of its writers."""

    def __init__(self):
        super().__init__(NO_EXAMINER)


def values(sheet):
    """Return the staff fields of a sheet as {name: plain value}."""
    return {name: _plain(getattr(sheet, name)) for name in FIELDS}


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


@transaction.atomic
def update(sheet, wanted, *, by, base):
    """Store `wanted` ({name: plain value}), started from `base`; return {name: (before, after)} of what changed.

    Raises PermissionDenied, NotAnExaminer and HandlingConflict; nothing is stored unless everything is.
    """
    if not permissions.can_moderate(by, sheet):
        raise PermissionDenied
    theirs = values(ProjectSheet.objects.get(pk=sheet.pk))
    merged = merge(base, theirs, wanted)
    if merged.conflicts:
        raise HandlingConflict(merged.conflicts)
    if not merged.changes:
        return {}
    before = {name: theirs[name] for name in merged.changes}
    # Compare-and-set: SQLite ignores row locks.
    if not ProjectSheet.objects.filter(pk=sheet.pk, **before).update(**merged.changes):
        raise HandlingConflict([])
    sheet.refresh_from_db(fields=[*FIELDS])
    if merged.changes.get("handler_id"):
        _hand_over(sheet, by)
    return {name: (before[name], value) for name, value in merged.changes.items()}


def _hand_over(sheet, by):
    if not permissions.can_moderate(sheet.handler, sheet):
        raise NotAnExaminer
    notices.tell_handler(sheet, by=by)


def assign(sheet, handler, *, by):
    """Give a sheet that is being examined to `handler`; return what changed."""
    base = values(sheet)
    return update(sheet, {"handler_id": handler.pk}, by=by, base=base)
