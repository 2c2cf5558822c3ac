"""The arithmetic of a sheet's financing plan, on its plain content; every amount is a Decimal in euros."""

from collections import defaultdict
from decimal import Decimal

ZERO = Decimal("0.00")
# A refused grant pays for nothing.
NOT_COUNTED = {"refused"}
OWN = {"own"}


def total(rows):
    """Return the sum of the amounts of some rows."""
    return sum((Decimal(row["amount"]) for row in rows), ZERO)


def costs(state):
    """Return the total cost."""
    return total(state["rows"]["costs"])


def funded(state):
    """Return the total of the receipts that count: all but those refused."""
    return total(row for row in state["rows"]["funding"] if row["status"] not in NOT_COUNTED)


def gap(state):
    """Return what remains to be funded; negative when the receipts exceed the costs."""
    return costs(state) - funded(state)


def co_funding_rate(state):
    """Return the share of the costs, from 0 to 1, that others than the owner pay; None without costs."""
    spent = costs(state)
    if not spent:
        return None
    others = (r for r in state["rows"]["funding"] if r["status"] not in NOT_COUNTED and r["kind"] not in OWN)
    return total(others) / spent


def by_year(rows):
    """Return {year: total}, years in order."""
    sums = defaultdict(lambda: ZERO)
    for row in rows:
        sums[row["year"]] += Decimal(row["amount"])
    return dict(sorted(sums.items()))


def by_nature(state):
    """Return {nature: {year: total}} of the costs."""
    natures = sorted({row["nature"] for row in state["rows"]["costs"]})  # investment, then operating
    return {nature: by_year(r for r in state["rows"]["costs"] if r["nature"] == nature) for nature in natures}


def years(state):
    """Return every year that a cost or a receipt names, in order."""
    return sorted({row["year"] for name in ("costs", "funding") for row in state["rows"][name]})
