"""From a field of the model to a field of the form: the sheet is declared once, in `projects.sections`."""

from datetime import date
from decimal import Decimal

from django import forms
from django.db import models

from cdn_portal.lib.dates import PartialDateField
from governance.models import Commune, Epci, Organisation, Thematic
from projects import completeness, sections
from projects.models import ProjectSheet

from . import wording
from .fields import AmountField, DayField, Listed, ListedSeveral, NumberField, OneOf, SeveralOf, TextField, YearField

ASKED = {
    completeness.Step.SUBMIT: "Demandé pour déposer la fiche.",
    completeness.Step.EXAMINE: "Demandé pour l’instruction.",
}
PLAIN_TEXT = models.CharField | models.TextField


def sheet_field(name, lookups):
    """Return the form field of a field of the sheet."""
    model_field = sections.field(name)
    asked = completeness.asked_for(name)
    help_text = " ".join(filter(None, (wording.HELP.get(name, ""), ASKED.get(asked, ""))))
    options = {"label": sections.label(name), "help_text": help_text, "required": not model_field.blank}
    return _field(name, model_field, lookups, options, radios=name in wording.RADIOS)


def row_field(rows, name, lookups):
    """Return the form field of a column."""
    model_field = rows.field(name)
    verbose = str(model_field.verbose_name)
    label = wording.CELL_LABELS.get((rows.name, name), verbose[:1].upper() + verbose[1:])
    options = {"label": label, "required": not model_field.blank}
    if model_field.has_default():
        options["initial"] = model_field.get_default()
    if name == "use_case":
        return OneOf(lookups.examples, none="Choisir", **options)
    return _field(name, model_field, lookups, options)


def _field(name, model_field, lookups, options, *, radios=False):
    if model_field.is_relation:
        return _relation(name, model_field, lookups, options, radios)
    if name in sections.LISTS:
        return SeveralOf(sections.LISTS[name].choices, **options)
    if model_field.choices:
        return _choice(model_field, options, radios)
    if isinstance(model_field, models.BooleanField):
        return forms.BooleanField(label=options["label"], help_text=options.get("help_text", ""), required=False)
    if isinstance(model_field, PartialDateField):
        return _partial_date(model_field, options)
    if isinstance(model_field, models.DateField):
        return DayField(**options)
    if isinstance(model_field, PLAIN_TEXT):
        lines = isinstance(model_field, models.TextField) or name in wording.LINES
        return TextField(
            lines=lines, **options, **({"max_length": model_field.max_length} if model_field.max_length else {})
        )
    return _number(name, model_field, options)


def _number(name, model_field, options):
    kind = {"amount": AmountField, "year": YearField}.get(name, NumberField)
    return kind(model_field, **options)


def _partial_date(model_field, options):
    field = model_field.formfield(**options)
    field.widget.attrs = {"class": "form-control", "autocomplete": "off", "size": 16}
    return field


def _choice(model_field, options, radios):
    is_number = isinstance(model_field, models.IntegerField)
    none = None if model_field.has_default() else wording.NOT_YET if radios else "Choisir"
    return OneOf(
        model_field.choices,
        none=none,
        radios=radios,
        coerce=int if is_number else str,
        empty_value=None if is_number else "",
        **options,
    )


def _relation(name, model_field, lookups, options, radios):
    target = model_field.related_model
    if target is Commune:
        return ListedSeveral(lookups.communes, list_id="communes-list", what="une commune de l’Aisne", **options)
    if target is ProjectSheet:
        return Listed(lookups.sheets, list_id="sheets-list", what="une fiche de la liste", **options)
    found = {Thematic: "thematics", Organisation: "organisations", Epci: "epcis"}[target]
    if sections.is_many(model_field):
        return SeveralOf(getattr(lookups, found), **options)
    none = None if options["required"] else "Choisir"
    return OneOf(getattr(lookups, found), none=none, radios=radios, empty_value=None, **options)


def initial(model_field, value):
    """Return what a form field starts from, for a plain value: numbers and dates as such, so that typed text differs."""
    if value is None:
        return None
    if isinstance(model_field, models.DecimalField):
        return Decimal(value)
    if isinstance(model_field, models.DateField):
        return date.fromisoformat(value)
    return value


def same(before, after):
    """True when two plain values say the same: the order of a list and spaces around a text say nothing."""
    if isinstance(before, list) and isinstance(after, list):
        return set(before) == set(after)
    if isinstance(before, str) and isinstance(after, str):
        return _bare(before) == _bare(after)
    return before == after and type(before) is type(after)


def _bare(text):
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
