"""The tables of a section: a formset whose rows keep their identifier, their order and what was typed in them."""

import re
from functools import cached_property

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME, BaseFormSet, formset_factory
from django.forms.utils import ErrorDict

from projects.models.plan import new_uid

from . import factory, wording

MOST = 200
UID = re.compile("[A-Za-z0-9_-]{1,12}")
MESSAGES = {
    "missing_management_form": "La page est arrivée incomplète : relisez ces lignes, puis enregistrez de nouveau.",
    "too_many_forms": f"Cette liste compte plus de {MOST} lignes : regroupez-en.",
}


class RowForm(forms.Form):
    """One row. Its identifier travels with it, so that two people's rows are never mixed up."""

    use_required_attribute = False

    quiet = False
    focused = ""
    uid = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-row": "uid"}))

    def take_focus(self, place):
        """Give the focus to the first field, or to the button « up » or « down »."""
        self.focused = place
        if not place:
            self.fields[self.rows.fields[0]].widget.attrs["autofocus"] = True

    @property
    def bound_cells(self):
        """The fields that people fill."""
        return [self[name] for name in self.rows.fields]

    @property
    def wrong_cells(self):
        return [bound for bound in self.bound_cells if bound.errors]

    @property
    def cells(self):
        """The fields that people fill, drawn, with the room that each takes."""
        for bound in self.bound_cells:
            look = bound.field.widget.attrs.get("class", "")
            drawn = bound.as_widget(attrs={"class": f"{look} is-invalid"}) if bound.errors else bound.as_widget()
            yield bound, drawn, "full" if bound.name in wording.FULL else "wide" if bound.name in wording.WIDE else ""

    @cached_property
    def key(self):
        """The identifier of the row: the one that came with it, or a new one."""
        sent = self["uid"].value() or ""
        return sent if UID.fullmatch(sent) else new_uid()

    @property
    def is_filled(self):
        """False for a row that was added and left empty."""
        return not self.empty_permitted or self.has_changed()

    def has_changed(self):
        return any(name in self.changed_data for name in self.rows.fields)

    def full_clean(self):
        if self.quiet:
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        super().full_clean()

    @property
    def is_removed(self):
        """True when its box « Retirer » is ticked."""
        return bool(self[DELETION_FIELD_NAME].value())

    def plain(self):
        """Return the cells of a valid row as plain values."""
        return {name: self.cleaned_data[name] for name in self.rows.fields}


class RowSet(BaseFormSet):
    """The rows of one table. `rows` declares them; `quiet` shows what was typed without judging it yet."""

    ordering_widget = forms.HiddenInput(attrs={"data-row": "order"})
    deletion_widget = forms.CheckboxInput(attrs={"class": "form-check-input", "data-row": "remove"})

    def __init__(self, *args, state=(), quiet=False, **kwargs):
        self.quiet = quiet
        initial = [self._initial(row) for row in state]
        # One row is ready to be filled when there is none.
        self.extra = 0 if initial else 1
        super().__init__(*args, prefix=self.rows.name, initial=initial, error_messages=MESSAGES, **kwargs)

    def _initial(self, row):
        cells = {name: factory.initial(self.rows.field(name), row[name]) for name in self.rows.fields}
        return cells | {"uid": row["uid"], DELETION_FIELD_NAME: row.get("removed", False)}

    @property
    def label(self):
        return self.rows.label

    @property
    def name(self):
        return self.rows.name

    @property
    def help(self):
        return wording.ROW_HELP.get(self.rows.name, "")

    @property
    def is_cards(self):
        return self.rows.name in wording.CARDS

    @property
    def noun(self):
        """What one row is called, a capital first."""
        verbose = str(self.rows.model._meta.verbose_name)
        return verbose[:1].upper() + verbose[1:]

    def __iter__(self):
        return iter(self.in_order)

    @cached_property
    def in_order(self):
        """The rows in the order that people see."""
        return sorted(self.forms, key=lambda form: (form.place, form.index))

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.index, form.quiet = index, self.quiet
        form.fields[ORDERING_FIELD_NAME].initial = index
        form.fields[DELETION_FIELD_NAME].label = "Retirer"
        if index is not None and index >= len(self.initial or ()):
            form.fields["uid"].initial = new_uid()
        form.place = _number(form[ORDERING_FIELD_NAME].value(), index)

    def full_clean(self):
        if self.quiet:
            self._errors, self._non_form_errors = [], self.error_class()
            return
        super().full_clean()

    def plain(self):
        """Return [(uid, cells)] of the valid rows that stay, in order, and the set of the uids to remove."""
        kept, removed, seen = [], set(), set()
        for form in self.in_order:
            uid = form.key
            if self._should_delete_form(form):
                removed.add(uid)
            elif form.is_filled and uid not in seen:
                kept.append((uid, form.plain()))
                seen.add(uid)
        return kept, removed

    def find(self, uid):
        """Return the row of this identifier, or None."""
        return next((form for form in self.forms if form.key == uid), None)


def _number(value, default):
    try:
        return int(value)
    except (TypeError, ValueError):
        return default or 0


def rowset_class(rows, lookups):
    """Return the formset class of a table, its choices read once for all rows."""
    fields = {name: factory.row_field(rows, name, lookups) for name in rows.fields}
    form = type(f"{rows.model.__name__}Form", (RowForm,), {**fields, "rows": rows})
    base = type(f"{rows.model.__name__}Set", (RowSet,), {"rows": rows})
    return formset_factory(
        form, formset=base, extra=0, can_order=True, can_delete=True, max_num=MOST, validate_max=True
    )
