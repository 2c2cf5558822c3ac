"""What changed in a sheet from one frozen content to another, value by value, in words."""

from dataclasses import dataclass

from . import sections
from .reading import Reading


@dataclass(frozen=True)
class Change:
    """One value that changed: where, what it is called, and both values in words ("" for none)."""

    section: sections.Section
    label: str
    before: str
    after: str

    @property
    def sign(self):
        """Return what happened in one word, since a colour alone says nothing."""
        if not self.before:
            return "Ajouté"
        return "Modifié" if self.after else "Retiré"


def between(old, new):
    """Return the changes from one frozen content to another, in the order of the sections."""
    was, now = Reading(old), Reading(new)
    found = []
    for section in sections.SECTIONS:
        for name in section.fields:
            if was.state[name] != now.state[name]:
                found.append(Change(section, sections.label(name), was.value(name), now.value(name)))
        for rows in section.rows:
            found += _between_rows(section, rows, was, now)
    return found


def _between_rows(section, rows, was, now):
    before = {row["uid"]: row for row in was.state["rows"][rows.name]}
    after = {row["uid"]: row for row in now.state["rows"][rows.name]}
    found = []
    for uid, row in after.items():
        if uid not in before:
            found.append(Change(section, rows.label, "", _row(now, rows, row)))
        elif before[uid] != row:
            found += _between_cells(section, rows, was, now, before[uid], row)
    found += [Change(section, rows.label, _row(was, rows, row), "") for uid, row in before.items() if uid not in after]
    return found


def _between_cells(section, rows, was, now, before, after):
    title = _row_title(rows, now, after)
    return [
        Change(
            section,
            f"{rows.label}, {title} : {_column(rows, name)}",
            was.cell(rows, before, name),
            now.cell(rows, after, name),
        )
        for name in rows.fields
        if before[name] != after[name]
    ]


def _row(reading, rows, row):
    return " · ".join(str(words) for name in rows.fields if (words := reading.cell(rows, row, name)))


def _row_title(rows, reading, row):
    first = next((words for name in rows.fields if (words := reading.cell(rows, row, name))), "")
    return f"« {first[:60]} »" if first else "ligne sans nom"


def _column(rows, name):
    return str(rows.field(name).verbose_name)
