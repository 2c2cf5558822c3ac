"""The sums that the exchange format repeats: computed when a sheet is written, checked when one is read.

Lines are {"montants": {year: Decimal}, …}; years are whole numbers.
"""

from decimal import ROUND_HALF_EVEN, Decimal

REFUSED = "refusé"


def of_line(line):
    """Return the total of one line."""
    return sum(line["montants"].values(), Decimal(0))


def of_lines(lines):
    """Return the total of several lines; refused receipts pay for nothing."""
    return sum((of_line(line) for line in _counted(lines)), Decimal(0))


def years(lines):
    """Return the years that the lines name, in order."""
    return sorted({year for line in lines for year in line["montants"]})


def by_year(lines):
    """Return {year: total}."""
    return {
        year: sum((line["montants"].get(year, Decimal(0)) for line in _counted(lines)), Decimal(0))
        for year in years(lines)
    }


def by_nature(lines):
    """Return {nature: total}, in the order in which the lines name them."""
    return {
        nature: of_lines(line for line in lines if line["nature"] == nature)
        for nature in dict.fromkeys(line["nature"] for line in lines)
    }


def share(line, lines):
    """Return the percentage of the receipts that a line brings, to two decimals; 0 without receipts."""
    total = of_lines(lines)
    if not total or not list(_counted([line])):
        return Decimal(0)
    return (100 * of_line(line) / total).quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def is_balanced(costs, receipts):
    """True when the receipts equal the costs, in total and each year."""
    spent, received = by_year(costs), by_year(receipts)
    return all(spent.get(year, 0) == received.get(year, 0) for year in {*spent, *received})


def _counted(lines):
    return (line for line in lines if line.get("statut") != REFUSED)
