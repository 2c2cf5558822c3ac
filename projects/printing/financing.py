"""The financing plan as tables for a page: costs by nature, receipts by funder, years in columns."""

from dataclasses import dataclass
from decimal import Decimal

from cdn_portal.lib.drawing import text_width
from cdn_portal.lib.numbers import number

from .. import plan
from ..models import choices

# What a column of amounts may hold, in points of 8.5-point text, and how many years then fit beside the labels.
SIZES = ((36, "small", 5), (48, "medium", 4), (72, "large", 2))
NONE = "–"


@dataclass(frozen=True)
class Row:
    """A line of the plan: `kind` is group, line, total, or total balance; `note` says more in small letters."""

    kind: str
    label: str
    note: str
    cells: list


@dataclass(frozen=True)
class PlanTable:
    """Some years of the plan; the last one has a column of totals."""

    caption: str
    size: str
    head: list
    costs: list
    receipts: list


def plan_tables(state):
    """Return the tables of the plan: one, or several when the years do not fit side by side; none without a line."""
    years = plan.years(state)
    if not years:
        return []
    lines = {"costs": _costs(state), "receipts": _receipts(state)}
    texts = [_amount(value) for rows in lines.values() for *_, sums in rows for value in (*sums.values(), _sum(sums))]
    width = max(text_width(text, 8.5) for text in texts)
    _, size, most = next((size for size in SIZES if width <= size[0]), SIZES[-1])
    parts = [years[start : start + most] for start in range(0, len(years), most)]
    return [_table(state, lines, part, size, part is parts[-1], len(parts) > 1) for part in parts]


def _table(state, lines, years, size, is_last, is_part):
    tax = "TTC" if state["amounts_include_tax"] else "HT"
    caption = f"Plan de financement, en euros {tax}" + (f", de {years[0]} à {years[-1]}" if is_part else "")
    rows = {
        name: [Row(kind, label, note, _cells(sums, years, is_last)) for kind, label, note, sums in found]
        for name, found in lines.items()
    }
    return PlanTable(caption, size, [*map(str, years), *(["Total"] if is_last else [])], **rows)


def _cells(sums, years, is_last):
    values = [sums.get(year) for year in years] + ([_sum(sums)] if is_last else [])
    return [NONE if value is None else _amount(value) for value in values]


def _sum(sums):
    return sum(sums.values(), plan.ZERO)


def _amount(value):
    """Return an amount without its unit, which the caption says."""
    return number(value, 0 if value == value.to_integral_value() else 2)


def _costs(state):
    """Return each nature with its sums, then its lines; the same line over several years is one row."""
    found = []
    for nature, sums in plan.by_nature(state).items():
        found.append(("group", str(dict(choices.Nature.choices).get(nature, nature)), "", sums))
        rows = [row for row in state["rows"]["costs"] if row["nature"] == nature]
        found += [("line", label, item, sums) for (label, item), sums in _grouped(rows, "label", "item").items()]
    return [*found, ("total", "Total des dépenses", "", plan.by_year(state["rows"]["costs"]))]


def _receipts(state):
    grouped = _grouped(state["rows"]["funding"], "funder", "scheme", "kind", "status")
    found = [
        ("line", funder, _funding_note(scheme, kind, status), sums)
        for (funder, scheme, kind, status), sums in grouped.items()
    ]
    costs = plan.by_year(state["rows"]["costs"])
    funded = plan.by_year(row for row in state["rows"]["funding"] if row["status"] not in plan.NOT_COUNTED)
    gaps = {year: costs.get(year, plan.ZERO) - funded.get(year, plan.ZERO) for year in plan.years(state)}
    return [*found, ("total", "Total des recettes", "", funded), ("total balance", "Reste à financer", "", gaps)]


def _funding_note(scheme, kind, status):
    kinds, statuses = dict(choices.FundingKind.choices), dict(choices.FundingStatus.choices)
    state = str(statuses.get(status, status)).lower() + (" (non compté)" if status in plan.NOT_COUNTED else "")
    return ", ".join(filter(None, (scheme.strip(), str(kinds.get(kind, kind)).lower(), state)))


def _grouped(rows, *keys):
    """Return {values of `keys`: {year: amount}}, in the order of the first row of each."""
    found = {}
    for row in rows:
        sums = found.setdefault(tuple(row[key] for key in keys), {})
        sums[row["year"]] = sums.get(row["year"], plan.ZERO) + Decimal(row["amount"])
    return found
