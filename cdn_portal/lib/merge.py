"""Three-way merge of plain values kept under paths: base, theirs, mine → merged, or a conflict to show."""

from dataclasses import dataclass, field

# What stands for "no such path" in a record of changes: valid JSON, and never the value of a field.
ABSENT = {"absent": True}


@dataclass(frozen=True)
class Conflict:
    """One value that both changed, each in another way."""

    path: str
    base: object
    theirs: object
    mine: object


@dataclass
class Merge:
    """What came of a merge: the values to write, and the conflicts to ask about."""

    changes: dict = field(default_factory=dict)
    conflicts: list = field(default_factory=list)


def merge(base, theirs, mine):
    """Merge the paths of `mine` into `theirs`, knowing what both started from.

    The three are {path: value}; a path that is missing from `base` or `theirs` is `ABSENT`. Only paths of `mine` are
    looked at. What nobody else touched is taken; what is equal is left; what both changed is a conflict.
    """
    result = Merge()
    for path, wanted in mine.items():
        before, now = base.get(path, ABSENT), theirs.get(path, ABSENT)
        if wanted in (before, now) and type(wanted) in (type(before), type(now)):
            continue
        if now == before:
            result.changes[path] = wanted
        else:
            result.conflicts.append(Conflict(path, before, now, wanted))
    return result
