"""Dates that people know to the month or to the day, kept as ISO text: "2027-03" or "2027-03-15".

The text sorts like the dates, shows how precise the writer was, and never invents a day that nobody gave.
"""

import calendar
import re
import unicodedata
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

FIRST_YEAR, LAST_YEAR = 2000, 2100
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
SHORT_MONTHS = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
EXAMPLES = "03/2027, mars 2027 ou 15/03/2027"

_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?")
_SLASHED = re.compile(r"(?:([0-9]{1,2})[/.-])?([0-9]{1,2})[/.-]([0-9]{4})")
_WORDED = re.compile(r"(?:([0-9]{1,2})(?:er)? )?([a-z]+)\.? ([0-9]{4})")
_VOWEL = ("a", "e", "i", "o", "u")


def parse(text):
    """Return the ISO text of a date typed by a person; ValueError in French when it is not one.

    Accepts "03/2027", "mars 2027", "2027-03", "15/03/2027", "2027-03-15", "1er mars 2027", with or without accents
    and capitals, months in full or shortened ("sept. 2027").
    """
    plain = " ".join(str(text).split())
    year, month, day = _numbers(_fold(plain))
    if not year:
        raise ValueError(f"« {plain[:40]} » n’est pas une date : écrivez par exemple {EXAMPLES}.")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"L’année doit être comprise entre {FIRST_YEAR} et {LAST_YEAR}.")
    if not 1 <= month <= 12:
        raise ValueError("Le mois doit être compris entre 1 et 12.")
    if day is None:
        return f"{year:04}-{month:02}"
    if not 1 <= day <= _days(year, month):
        raise ValueError(f"Il n’y a pas de jour {day} en {MONTHS[month - 1]} {year}.")
    return f"{year:04}-{month:02}-{day:02}"


def first_day(value):
    """Return the first day that `value` covers."""
    year, month, day = _parts(value)
    return date(year, month, day or 1)


def last_day(value):
    """Return the last day that `value` covers."""
    year, month, day = _parts(value)
    return date(year, month, day or _days(year, month))


def month_after(day):
    """Return the first day of the month after a date."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def display(value):
    """Return `value` in words: "mars 2027", "15 mars 2027", "1er mars 2027"; "" for none."""
    if not value:
        return ""
    year, month, day = _parts(value)
    words = f"{MONTHS[month - 1]} {year}"
    return f"{_ordinal(day)} {words}" if day else words


def typed(value):
    """Return `value` as people type it: "03/2027" or "15/03/2027"; "" for none."""
    if not value:
        return ""
    year, month, day = _parts(value)
    return f"{day:02}/{month:02}/{year}" if day else f"{month:02}/{year}"


def period(start, end):
    """Return a French phrase: "de mars 2027 à juin 2028", "en mars 2027", "du 3 au 15 mars 2027"; "" for none."""
    if not start and not end:
        return ""
    if not end:
        return f"à partir {_from(start)}"
    if not start:
        return f"jusqu’{_until(end)}" if _parts(end)[2] else f"jusqu’en {display(end)}"
    if start == end:
        return f"le {display(end)}" if _parts(end)[2] else f"en {display(end)}"
    return f"{_from(start, _shortened(start, end))} {_until(end)}"


class PartialDateFormField(forms.CharField):
    """A date typed in one of the usual ways; its clean value is ISO text."""

    def __init__(self, **kwargs):
        kwargs["max_length"] = 30
        super().__init__(**kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        if value in self.empty_values:
            return ""
        try:
            return parse(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def prepare_value(self, value):
        """Show what is stored as people type it; leave what they typed as it is."""
        return typed(value) if isinstance(value, str) and _is_stored(value) else value


class PartialDateField(models.CharField):
    """Text column that holds "", "2027-03" or "2027-03-15"; compare with `first_day` and `last_day`."""

    description = "Date au mois ou au jour près"

    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = 10
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def to_python(self, value):
        value = super().to_python(value)
        if not value:
            return value
        try:
            return parse(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def formfield(self, **kwargs):
        kwargs["form_class"] = PartialDateFormField
        return super().formfield(**kwargs)


def _is_stored(value):
    try:
        return parse(value) == value
    except ValueError:
        return False


def _parts(value):
    match = _ISO.fullmatch(value)
    if not match:
        raise ValueError(f"« {value} » n’est pas une date enregistrée.")
    year, month, day = match.groups()
    return int(year), int(month), int(day) if day else None


def _numbers(plain):
    """Return year, month and day; year is None when `plain` is no date at all."""
    if match := _ISO.fullmatch(plain):
        year, month, day = match.groups()
    elif match := _SLASHED.fullmatch(plain):
        day, month, year = match.groups()
    elif (match := _WORDED.fullmatch(plain)) and (found := _month(match[2])):
        day, month, year = match[1], found, match[3]
    else:
        return None, None, None
    return int(year), int(month), int(day) if day else None


def _month(word):
    """Return the number of a month from its name or a beginning that belongs to it alone."""
    names = [_fold(month) for month in MONTHS]
    found = [rank for rank, name in enumerate(names, start=1) if len(word) >= 3 and name.startswith(word)]
    return found[0] if len(found) == 1 else None


def _fold(text):
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _days(year, month):
    return calendar.monthrange(year, month)[1]


def _ordinal(day):
    return "1er" if day == 1 else str(day)


def _shortened(start, end):
    """Return `start` in words without what `end` repeats."""
    (year, month, day), (end_year, end_month, end_day) = _parts(start), _parts(end)
    if year != end_year:
        return display(start)
    if day and end_day and month == end_month:
        return _ordinal(day)
    return f"{_ordinal(day)} {MONTHS[month - 1]}" if day else MONTHS[month - 1]


def _from(value, words=None):
    words = words or display(value)
    if _parts(value)[2]:
        return f"du {words}"
    return f"d’{words}" if words.startswith(_VOWEL) else f"de {words}"


def _until(value):
    return f"au {display(value)}" if _parts(value)[2] else f"à {display(value)}"
