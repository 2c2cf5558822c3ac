"""One page of the editor: the fields and the tables of a section, from plain values and back to the paths of `editing`."""

from functools import cached_property

from django import forms
from django.forms.utils import ErrorDict

from projects import sections

from . import factory, wording
from .rows import rowset_class


class FieldsForm(forms.Form):
    """The fields of a section. `quiet` shows what was typed without judging it yet."""

    use_required_attribute = False

    def __init__(self, *args, fields, quiet=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields |= fields
        self.quiet = quiet

    def full_clean(self):
        if self.quiet:
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        super().full_clean()


class SectionForms:
    """The form and the tables of one section.

    Without `data` they show `state`, plain values of a content; with it, what was sent. `revision` is the one that the
    page started from. Nothing here reads or writes a sheet.
    """

    def __init__(self, section, lookups, *, state=None, data=None, quiet=False):
        self.section, self.lookups = section, lookups
        fields = {name: factory.sheet_field(name, lookups) for name in section.fields}
        if data is None:
            start = {name: factory.initial(sections.field(name), state[name]) for name in section.fields}
            self.form = FieldsForm(fields=fields, initial=start)
        else:
            self.form = FieldsForm(data, fields=fields, quiet=quiet)
        self.tables = [self._table(rows, state, data, quiet) for rows in section.rows]

    def _table(self, rows, state, data, quiet):
        rowset = rowset_class(rows, self.lookups)
        return rowset(state=state["rows"][rows.name]) if data is None else rowset(data, quiet=quiet)

    def is_valid(self):
        """True when everything typed is right; asks every form, so that every mistake is shown at once."""
        return all([self.form.is_valid(), *(table.is_valid() for table in self.tables)])

    @property
    def has_errors(self):
        return bool(self.form.errors or any(table.total_error_count() for table in self.tables))

    @property
    def before_rows(self):
        return [self.form[name] for name in self.section.fields if name not in wording.AFTER_ROWS]

    @property
    def after_rows(self):
        return [self.form[name] for name in self.section.fields if name in wording.AFTER_ROWS]

    def focus(self, name, index, place):
        """Give the focus of the page to a row: to its first field, or to the button « up » or « down »."""
        table = next(table for table in self.tables if table.name == name)
        if index < len(table.forms):
            table.forms[index].take_focus(place)

    def changes(self, base):
        """Return {path: plain value} of what differs from `base`, the content that the page showed.

        A row that is missing from what was sent is left alone: only its box removes it.
        """
        found = {
            name: value for name, value in self.form.cleaned_data.items() if not factory.same(base.get(name), value)
        }
        for table in self.tables:
            found |= self._row_changes(table, base)
        return found

    def _row_changes(self, table, base):
        kept, removed = table.plain()
        known = _known_rows(table.name, base)
        found = {f"{table.name}/{uid}": False for uid in known if uid in removed}
        for uid, cells in kept:
            path = f"{table.name}/{uid}"
            if uid not in known:
                found[path] = True
            for name, value in cells.items():
                if uid not in known or not factory.same(base.get(f"{path}/{name}"), value):
                    found[f"{path}/{name}"] = value
        return found | _places(table.name, [uid for uid, _cells in kept], known, removed)

    def typed(self):
        """Return [(label, text)] of what was typed, as it was, to be copied elsewhere."""
        found = [(self.form[name].label, self.form[name].value()) for name in self.section.fields]
        for table in self.tables:
            for number, row in enumerate(table, start=1):
                found += [(f"{table.noun} {number}, {bound.label}", bound.value()) for bound in row.bound_cells]
        return [(label, value) for label, value in found if isinstance(value, str) and value.strip()]

    def rebased(self, content, changes):
        """Return `content`, the state of a sheet as it is now, with `changes` put back on it, for this section.

        A row that others removed and that was changed here stays, with all that was typed in it.
        """
        state = {name: changes.get(name, content[name]) for name in self.section.fields}
        return state | {"rows": {table.name: self._rebased_rows(table, content, changes) for table in self.tables}}

    def _rebased_rows(self, table, content, changes):
        theirs = {row["uid"]: row for row in content["rows"][table.name]}
        kept, _removed = table.plain()
        touched = {path.split("/")[1] for path in changes if path.startswith(f"{table.name}/")}
        rows = {uid: dict(cells) for uid, cells in kept if uid in touched} | theirs
        places = {uid: place for place, uid in enumerate(theirs)}
        for uid in touched & rows.keys():
            path = f"{table.name}/{uid}"
            cells = {name: changes[f"{path}/{name}"] for name in table.rows.fields if f"{path}/{name}" in changes}
            rows[uid] = rows[uid] | cells | {"removed": changes.get(path) is False}
            places[uid] = changes.get(f"{path}/position", places.get(uid, len(theirs)))
        return [rows[uid] | {"uid": uid} for uid in sorted(rows, key=lambda uid: places.get(uid, len(theirs)))]

    def add_errors(self, errors):
        """Show at their fields the refusals of `editing`: {path: sentences}."""
        for path, sentences in errors.items():
            name, *rest = path.split("/")
            form = self.form if not rest else self._row(name, rest[0])
            field = (rest[1] if len(rest) > 1 else None) if rest else name
            if form is None or field not in form.fields:
                form, field = form or self.form, None
            for sentence in sentences:
                form.add_error(field, sentence)

    def _row(self, name, uid):
        return next((table.find(uid) for table in self.tables if table.name == name), None)

    @cached_property
    def labels(self):
        """{path: what people call it} of every field and cell that was sent."""
        found = {name: self.form[name].label for name in self.section.fields}
        for table in self.tables:
            for number, row in enumerate(table, start=1):
                for bound in row.bound_cells:
                    found[f"{table.name}/{row.key}/{bound.name}"] = f"{table.noun} {number}, {bound.label}"
        return found


def _known_rows(name, base):
    """Return the identifiers of the rows of a table in a flat content, in order."""
    paths = [
        path for path, value in base.items() if value is True and path.startswith(f"{name}/") and path.count("/") == 1
    ]
    paths.sort(key=lambda path: base.get(f"{path}/position", len(paths)))
    return [path.split("/")[1] for path in paths]


def _places(name, order, known, removed):
    """Return the places to store: of the rows that are new, or of all when people moved some."""
    old = [uid for uid in order if uid in known]
    new = [uid for uid in order if uid not in known]
    unmoved = old == [uid for uid in known if uid in set(old) and uid not in removed]
    if unmoved and order == old + new:
        return {f"{name}/{uid}/position": len(known) + rank for rank, uid in enumerate(new)}
    return {f"{name}/{uid}/position": rank for rank, uid in enumerate(order)}
