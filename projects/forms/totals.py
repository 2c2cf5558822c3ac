"""The totals of a plan as it stands on a page, saved or not: what is not a number yet counts for nothing."""

from dataclasses import dataclass

from cdn_portal.lib.numbers import euros, parse_number, percent
from projects import plan
from projects.models.choices import Nature

ABSURD = 10**12  # euros: what is beyond is refused by the form anyway


@dataclass(frozen=True)
class Totals:
    """The sums of a plan in words. `gap` is « Reste à financer », « Excédent » or « Équilibre »."""

    costs: str
    funded: str
    gap: str
    gap_label: str
    is_balanced: bool
    exceeds: bool
    rate: str
    years: list
    lines: list


def totals(tables):
    """Return the totals of the tables "costs" and "funding" of a page; None for a page without them."""
    found = {table.name: table for table in tables}
    if not {"costs", "funding"} <= found.keys():
        return None
    rows = {
        "costs": _rows(found["costs"], "nature"),
        "funding": _rows(found["funding"], "kind", "status"),
    }
    return _summary({"rows": rows})


def _rows(table, *names):
    rows = []
    for form in table:
        amount, year = _number(form["amount"].value(), ABSURD), _number(form["year"].value(), 9999)
        if amount is not None and not form.is_removed:
            rows.append({"amount": amount, "year": year and int(year)} | {name: form[name].value() for name in names})
    return rows


def _number(typed, most):
    try:
        number = parse_number(typed)
    except ValueError:
        return None
    return number if abs(number) <= most else None


def _summary(state):
    gap, rate = plan.gap(state), plan.co_funding_rate(state)
    return Totals(
        costs=euros(plan.costs(state)),
        funded=euros(plan.funded(state)),
        gap=euros(abs(gap)),
        gap_label="Reste à financer" if gap > 0 else "Excédent de recettes" if gap else "Écart",
        is_balanced=not gap,
        exceeds=gap < 0,
        rate="–" if rate is None else percent(rate),
        **_by_year({"rows": {name: [row for row in rows if row["year"]] for name, rows in state["rows"].items()}}),
    )


def _by_year(state):
    years = plan.years(state)
    funding = [row for row in state["rows"]["funding"] if row["status"] not in plan.NOT_COUNTED]
    spent, funded = plan.by_year(state["rows"]["costs"]), plan.by_year(funding)
    natures = plan.by_nature(state)
    lines = [(label, natures[value]) for value, label in Nature.choices if value in natures]
    lines += [("Total des dépenses", spent), ("Total des recettes", funded)]
    gaps = {year: spent.get(year, plan.ZERO) - funded.get(year, plan.ZERO) for year in years}
    lines.append(("Reste à financer", gaps))
    return {
        "years": years,
        "lines": [[label, *(euros(sums.get(year, plan.ZERO)) for year in years)] for label, sums in lines],
    }
