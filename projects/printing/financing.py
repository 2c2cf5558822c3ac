"""The financing plan as tables for a page: costs by nature, receipts by funder, years in columns."""

from dataclasses import dataclass
from decimal import Decimal

from cdn_portal.lib.drawing import text_width
from cdn_portal.lib.numbers import number

from .. import plan
from ..models import choices

# What a column of amounts may hold, in points of 8.5-point text, and how many years then fit beside the labels.
SIZES = ((36, "small", 5), (48, "medium", 4), (62, "wide", 3), (80, "large", 2))
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
    """Amounts under the names of their columns; `first` names the column of labels."""

    caption: str
    size: str
    head: list
    costs: list
    receipts: list
    first: str = "Dépenses et recettes"


def plan_tables(state):
    """Return the tables of the plan, none without a line.

    When the years do not fit side by side, each table has some years and the lines that they use, and a last one adds up.
    """
    years = plan.years(state)
    if not years:
        return []
    lines = _costs(state), _receipts(state)
    size, most = _size(lines)
    title = f"Plan de financement, en euros {'TTC' if state['amounts_include_tax'] else 'HT'}"
    if len(years) <= most:
        return [_table(title, size, lines, years, has_total=True)]
    parts = [years[start : start + most] for start in range(0, len(years), most)]
    return [
        *(_table(f"{title}, {_span(part)}", size, lines, part) for part in parts),
        _summary(title, size, lines, years),
    ]


def _size(lines):
    """Return the size of the columns that holds the widest amount, and how many years it leaves room for."""
    texts = [_amount(value) for found in lines for *_, sums in found for value in (*sums.values(), _sum(sums))]
    width = max(text_width(text, 8.5) for text in texts)
    return next(((size, most) for limit, size, most in SIZES if width <= limit), SIZES[-1][1:])


def _span(years):
    return f"de {years[0]} à {years[-1]}" if len(years) > 1 else f"en {years[0]}"


def _table(caption, size, lines, years, has_total=False):
    costs, receipts = (
        [
            Row(kind, label, note, _cells([*map(sums.get, years), *([_sum(sums)] if has_total else [])]))
            for kind, label, note, sums in found
            if has_total or kind.startswith("total") or any(year in sums for year in years)
        ]
        for found in lines
    )
    return PlanTable(caption, size, [*map(str, years), *(["Total"] if has_total else [])], costs, receipts)


def _summary(title, size, lines, years):
    """Return the totals of each year, years as rows: as many as there are."""
    costs, receipts = lines
    sums = [costs[-1][-1], receipts[-2][-1], receipts[-1][-1]]
    rows = [Row("line", str(year), "", _cells([by_year.get(year) for by_year in sums])) for year in years]
    total = Row("total", "Total", "", _cells(map(_sum, sums)))
    return PlanTable(
        f"{title}, total par année", size, ["Dépenses", "Recettes", "Reste à financer"], rows, [total], "Année"
    )


def _cells(values):
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
