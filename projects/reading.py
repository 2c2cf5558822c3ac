"""A frozen content in the words of a page: sections, labels, values, tables.

The same door serves what is being written (`content.frozen(sheet)`) and what was frozen (`version.content`).
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from cdn_portal.lib import dates
from cdn_portal.lib.dates import PartialDateField
from cdn_portal.lib.numbers import euros, number, percent

from . import plan, sections


@dataclass(frozen=True)
class Table:
    """A table of rows, ready for components/data_table.html."""

    id: str
    caption: str
    columns: list
    rows: list
    total: list = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """A section as it is read: pairs (label, value) and tables; what nobody filled is left out."""

    section: sections.Section
    pairs: list
    tables: list

    @property
    def is_empty(self):
        return not (self.pairs or self.tables)


class Reading:
    """What a page says of a sheet; built from a frozen content, reads nothing else."""

    def __init__(self, frozen):
        self.frozen = frozen
        self.state = frozen["content"]
        self.names = frozen["names"]

    @property
    def title(self):
        return self.state["title"]

    @property
    def pitch(self):
        return self.state["pitch"]

    @property
    def owner(self):
        return self.names["project_owner"]

    @property
    def thematic(self):
        return self.names["thematic"] | {"code": self.state["thematic"]}

    @property
    def tax(self):
        return "TTC" if self.state["amounts_include_tax"] else "HT"

    @cached_property
    def population(self):
        """The people who live where the project takes place, from the reference data; None when it is not known.

        A commune named beside its intercommunality is not counted twice.
        """
        if self.names["department_population"]:
            return self.names["department_population"]
        first, second = ("epcis", "communes") if self.state["scale"] == "epci" else ("communes", "epcis")
        return self._inhabitants(first) or self._inhabitants(second) or None

    def _inhabitants(self, kind):
        return sum(place["population"] or 0 for place in self.names[kind].values())

    @property
    def budget(self):
        """The total cost in words, "" when no cost is given."""
        return f"{euros(plan.costs(self.state))} {self.tax}" if self.state["rows"]["costs"] else ""

    @property
    def balance(self):
        """What the plan lacks or exceeds, in words; "" without any line."""
        if not plan.years(self.state):
            return ""
        gap = plan.gap(self.state)
        if gap == 0:
            return "Le plan est équilibré."
        if gap > 0:
            return f"Il reste {euros(gap)} à financer."
        return f"Les recettes dépassent les dépenses de {euros(-gap)}."

    @property
    def co_funding(self):
        rate = plan.co_funding_rate(self.state)
        return "" if rate is None else percent(rate)

    @cached_property
    def parts(self):
        """Every section with something to read."""
        found = [self._part(section) for section in sections.SECTIONS]
        return [part for part in found if not part.is_empty]

    def _part(self, section):
        pairs = [(sections.label(name), self.value(name)) for name in section.fields]
        pairs = [(label, value) for label, value in pairs if value]
        if section.code == "territoire" and self.population:
            pairs.append(("Population concernée", f"{number(self.population)} habitants"))
        if section.code == "budget":
            pairs += [(label, value) for label, value in self._plan_pairs() if value]
        return Part(section, pairs, [self._table(rows) for rows in section.rows if self.state["rows"][rows.name]])

    def _plan_pairs(self):
        return (
            ("Coût total", self.budget),
            ("Équilibre du plan", self.balance),
            ("Part des cofinanceurs", self.co_funding),
        )

    def value(self, name):
        """Return one field in words, "" when there is nothing."""
        raw = self.state[name]
        if name == "thematic":
            return self.names["thematic"]["name"]
        if name == "project_owner":
            return self.owner if raw else ""
        if name == "secondary_thematics":
            return ", ".join(self.names["secondary_thematics"].values())
        if name in ("epcis", "communes"):
            return ", ".join(sorted(place["name"] for place in self.names[name].values()))
        if name in sections.LISTS:
            return ", ".join(sections.LISTS[name](value).label for value in raw)
        return display(sections.field(name), raw)

    def _table(self, rows):
        used = [
            name for name in rows.fields if any(row[name] not in (None, "") for row in self.state["rows"][rows.name])
        ]
        body = [[self.cell(rows, row, name) for name in used] for row in self.state["rows"][rows.name]]
        total = self._total(rows, used)
        columns = [str(rows.field(name).verbose_name).capitalize() for name in used]
        return Table(f"table-{rows.name}", rows.label, columns, body, total)

    def cell(self, rows, row, name):
        """Return one cell of a table in words, "" when there is nothing."""
        if rows.name == "partners" and name == "organisation":
            return self.names["partners"].get(row["uid"], row["name"])
        if rows.name == "links" and name == "target":
            return self.names["links"].get(row["uid"], row["target"])
        return display(rows.field(name), row[name])

    def _total(self, rows, used):
        if "amount" not in used:
            return []
        total = plan.funded(self.state) if rows.name == "funding" else plan.costs(self.state)
        label = "Total, hors refus" if rows.name == "funding" else "Total"
        return [label if name == used[0] else euros(total) if name == "amount" else "" for name in used]


def display(model_field, raw):
    """Return a plain value in French words: "" when there is none."""
    if raw in (None, "", []):
        return ""
    if model_field.choices:
        return str(dict(model_field.flatchoices).get(raw, raw))
    if isinstance(model_field, PartialDateField):
        return dates.display(raw)
    kind = model_field.get_internal_type()
    if kind == "BooleanField":
        return "Oui" if raw else ""
    if kind == "DecimalField":
        return euros(Decimal(raw)) if model_field.name == "amount" else number(Decimal(raw))
    if kind == "DateField":
        return dates.display(date.fromisoformat(raw).isoformat())
    if kind == "PositiveIntegerField":
        return number(raw)
    return str(raw)
