"""What the buttons of a table do to what was sent, for browsers without scripts: add a row, move one."""

import re

from projects import sections
from projects.models.plan import new_uid

from .rows import MOST

MOVE = re.compile(r"(?P<name>[a-z]+)-(?P<index>[0-9]{1,3})-(?P<way>up|down)")


def typed(section, data):
    """Return [(label, text)] of the texts sent for a section, without reading the database."""
    found = [(sections.label(name), data.get(name, "")) for name in section.fields]
    for rows in section.rows:
        for index in range(min(_count(data, rows.name), MOST)):
            cells = [data.get(f"{rows.name}-{index}-{name}", "") for name in rows.fields]
            found.append((f"{rows.label}, ligne {index + 1}", " · ".join(cell for cell in cells if cell.strip())))
    return [(label, text) for label, text in found if text.strip()]


def add_row(data, name):
    """Return a copy of `data` with one more row in the table `name`, and where the focus goes: (table, row, place)."""
    rows, data = sections.ROWS[name], data.copy()
    index = min(_count(data, name), MOST)
    data[f"{name}-TOTAL_FORMS"] = str(index + 1)
    data[f"{name}-{index}-uid"] = new_uid()
    data[f"{name}-{index}-ORDER"] = str(1 + max((_order(data, name, i) for i in range(index)), default=0))
    for field in rows.fields:
        default = rows.field(field).get_default() if rows.field(field).has_default() else None
        data[f"{name}-{index}-{field}"] = "" if default is None else str(default)
    return data, (name, index, "")


def is_move(wanted, names):
    """True for the name of a button that moves a row of one of these tables."""
    match = MOVE.fullmatch(wanted)
    return bool(match) and match["name"] in names and int(match["index"]) < MOST


def move_row(data, wanted):
    """Return a copy of `data` with a row moved ("costs-2-up"), and where the focus goes: on the button pressed."""
    match, data = MOVE.fullmatch(wanted), data.copy()
    name, index, way = match["name"], int(match["index"]), match["way"]
    order = sorted(range(min(_count(data, name), MOST)), key=lambda i: (_order(data, name, i), i))
    here = order.index(index) if index in order else -1
    there = here + (-1 if way == "up" else 1)
    if here >= 0 and 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    for place, row in enumerate(order):
        data[f"{name}-{row}-ORDER"] = str(place)
    return data, (name, index, way)


def _count(data, name):
    return _int(data.get(f"{name}-TOTAL_FORMS"))


def _order(data, name, index):
    return _int(data.get(f"{name}-{index}-ORDER"), index)


def _int(text, default=0):
    try:
        return int(text)
    except (TypeError, ValueError):
        return default
