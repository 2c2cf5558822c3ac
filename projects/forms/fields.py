"""Form fields that read what people type in French, and give the plain values that `projects.editing` takes.

Each keeps what was typed as it is until it is right: nothing is cut, nothing is guessed.
"""

import difflib
from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import DecimalValidator

from cdn_portal.lib import dates, numbers
from cdn_portal.lib.search import fold

LONGEST_TEXT = 50_000
TOO_LONG = "Ce texte compte %(show_value)d caractères : gardez-en %(limit_value)d au plus."
REQUIRED = "Remplissez ce champ."


class TextField(forms.CharField):
    """A text on one or several lines, whose length is refused rather than cut."""

    def __init__(self, *, lines=False, max_length=LONGEST_TEXT, **kwargs):
        super().__init__(max_length=max_length, error_messages={"max_length": TOO_LONG, "required": REQUIRED}, **kwargs)
        self.widget = forms.Textarea(attrs={"rows": 4}) if lines else forms.TextInput()
        self.widget.attrs |= {"class": "form-control", "autocomplete": "off"}

    def widget_attrs(self, widget):
        # A browser cuts what is pasted beyond `maxlength` without a word.
        return {}

    def to_python(self, value):
        """Return the text with the line ends of the database: browsers send others."""
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")


class NumberField(forms.Field):
    """A number typed in French; its clean value is the plain value of the model field, or None."""

    def __init__(self, model_field, **kwargs):
        checks = [check for check in model_field.validators if not isinstance(check, DecimalValidator)]
        super().__init__(validators=checks, error_messages={"required": REQUIRED}, **kwargs)
        self.places = getattr(model_field, "decimal_places", 0)
        self.most = Decimal(10) ** (getattr(model_field, "max_digits", 12) - self.places)
        mode = "decimal" if self.places else "numeric"
        self.widget = forms.TextInput(attrs={"class": "form-control", "inputmode": mode, "autocomplete": "off"})

    def to_python(self, value):
        if value is None or not str(value).strip():
            return None
        try:
            number = numbers.parse_number(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error
        if abs(number) >= self.most:
            raise ValidationError("Ce nombre est trop grand : vérifiez-le.", code="invalid")
        if number != round(number, self.places):
            raise ValidationError(self._too_precise(), code="invalid")
        return number if self.places else int(number)

    def _too_precise(self):
        return (
            "Gardez deux chiffres au plus après la virgule."
            if self.places
            else "Écrivez un nombre entier, sans virgule."
        )

    def clean(self, value):
        value = super().clean(value)
        if value is None or not self.places:
            return value
        return format(value.quantize(Decimal(1).scaleb(-self.places)), "f")

    def prepare_value(self, value):
        """Write in French what is stored; leave what was typed as it is."""
        return numbers.number(value) if isinstance(value, Decimal | int) else value


class AmountField(NumberField):
    """A sum in euros."""

    def prepare_value(self, value):
        if not isinstance(value, Decimal):
            return value
        return numbers.number(value, 0 if value == value.to_integral_value() else 2)


class YearField(NumberField):
    """A year, written without a space."""

    def prepare_value(self, value):
        return str(value) if isinstance(value, int) else value


class DayField(forms.CharField):
    """A date to the day; its clean value is ISO text, or None."""

    def __init__(self, **kwargs):
        super().__init__(max_length=30, **kwargs)
        self.widget = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "size": 16})

    def widget_attrs(self, widget):
        return {}

    def clean(self, value):
        typed = super().clean(value)
        if not typed:
            return None
        try:
            found = dates.parse(typed)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error
        if len(found) < len("2027-03-15"):
            raise ValidationError("Donnez aussi le jour, par exemple 15/03/2027.", code="invalid")
        return found

    def prepare_value(self, value):
        return dates.typed(value.isoformat()) if isinstance(value, date) else value


class OneOf(forms.TypedChoiceField):
    """One value of a short list, or none."""

    def __init__(self, choices, *, none="", radios=False, **kwargs):
        kwargs.setdefault("empty_value", "")
        kwargs.setdefault("coerce", str)
        options = list(choices)
        if none is not None:
            options.insert(0, ("", none))
        widget = forms.RadioSelect() if radios else forms.Select(attrs={"class": "form-select"})
        super().__init__(
            choices=options,
            widget=widget,
            error_messages={"required": "Faites un choix.", "invalid_choice": "Ce choix n’existe plus."},
            **kwargs,
        )


class SeveralOf(forms.MultipleChoiceField):
    """Several values of a list, as boxes to tick."""

    def __init__(self, choices, **kwargs):
        super().__init__(
            choices=choices,
            widget=forms.CheckboxSelectMultiple(),
            error_messages={"invalid_choice": "Un des choix n’existe plus."},
            **kwargs,
        )


class Listed(forms.CharField):
    """One record among many, typed with the help of a list that the whole page shares; gives its key, or None.

    `labels` is {key: label}: what is typed is a label, whatever its capitals and accents.
    """

    def __init__(self, labels, *, list_id, what, **kwargs):
        super().__init__(error_messages={"required": REQUIRED}, **kwargs)
        self.labels, self.what = labels, what
        self.widget = forms.TextInput(attrs={"class": "form-control", "list": list_id, "autocomplete": "off"})

    def __deepcopy__(self, memo):
        # One list for every row: hundreds of labels are never copied.
        memo[id(self.labels)] = self.labels
        return super().__deepcopy__(memo)

    def clean(self, value):
        typed = super().clean(value)
        return find(typed, self.labels, self.what) if typed else None

    def prepare_value(self, value):
        return self.labels.get(value, value)


class ListedSeveral(forms.Field):
    """Several records among many: those chosen are boxes to untick, others are typed in a field beside a list."""

    def __init__(self, labels, *, list_id, what, **kwargs):
        self.labels, self.what = labels, what
        super().__init__(widget=ListedSeveralWidget(labels, list_id), **kwargs)

    def clean(self, value):
        kept, typed = value or ([], "")
        unknown = [key for key in kept if key not in self.labels]
        if unknown:
            raise ValidationError("Un des choix n’existe plus.")
        added = [find(part, self.labels, self.what) for part in split(typed)]
        return sorted({*kept, *added})


class ListedSeveralWidget(forms.Widget):
    """The boxes of what is chosen, and a field to add."""

    template_name = "projects/editor/_listed_several.html"
    use_fieldset = True

    def __init__(self, labels, list_id):
        super().__init__()
        self.labels, self.list_id = labels, list_id

    def value_from_datadict(self, data, files, name):
        # One text typed, and with scripts one value for each choice made in the list.
        return data.getlist(name), ", ".join(filter(None, data.getlist(f"{name}-add")))

    def value_omitted_from_data(self, data, files, name):
        return False

    def get_context(self, name, value, attrs):
        keys, typed = value if isinstance(value, tuple) else (value or [], "")
        context = super().get_context(name, None, attrs)
        context["widget"]["attrs"].setdefault("class", "")
        context["widget"] |= {
            "chosen": sorted(((key, self.labels.get(key, key)) for key in keys), key=lambda pair: fold(pair[1])),
            "typed": typed,
            "list_id": self.list_id,
        }
        return context


def split(typed):
    """Return the parts of a text that names several records, between commas, semicolons or line ends."""
    return [part.strip() for part in typed.replace(";", "\n").replace(",", "\n").splitlines() if part.strip()]


def find(typed, labels, what):
    """Return the key of what a person typed: a label, its beginning before the bracket, or a key."""
    if typed in labels:
        return typed
    wanted = plain(typed)
    known = {}
    for key, label in labels.items():
        known.setdefault(plain(label), key)
        known.setdefault(plain(label.rpartition(" (")[0] or label), key)
    if wanted in known:
        return known[wanted]
    near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.75)
    hint = f" Vouliez-vous dire « {labels[known[near[0]]]} » ?" if near else ""
    raise ValidationError(f"« {typed[:60]} » n’est pas {what}.{hint}", code="unknown")


def plain(text):
    """Return a label without accents, capitals, hyphens and apostrophes, to compare what people type."""
    return " ".join(fold(text).replace("-", " ").replace("’", " ").replace("'", " ").split())
