from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from cdn_portal.lib.dates import (
    PartialDateField,
    PartialDateFormField,
    display,
    first_day,
    last_day,
    month_after,
    parse,
    period,
    typed,
)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("03/2027", "2027-03"),
        ("3/2027", "2027-03"),
        ("mars 2027", "2027-03"),
        ("Mars  2027 ", "2027-03"),
        ("fevrier 2028", "2028-02"),
        ("FÉVRIER 2028", "2028-02"),
        ("sept. 2027", "2027-09"),
        ("déc 2027", "2027-12"),
        ("août 2027", "2027-08"),
        ("2027-03", "2027-03"),
        ("15/03/2027", "2027-03-15"),
        ("15.03.2027", "2027-03-15"),
        ("15-3-2027", "2027-03-15"),
        ("2027-03-15", "2027-03-15"),
        ("2027-3-5", "2027-03-05"),
        ("15 mars 2027", "2027-03-15"),
        ("1er mars 2027", "2027-03-01"),
        ("29/02/2028", "2028-02-29"),
    ],
)
def test_parse(text, stored):
    assert parse(text) == stored


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "n’est pas une date"),
        ("2027", "n’est pas une date"),
        ("bientôt", "n’est pas une date"),
        ("jui 2027", "n’est pas une date"),
        ("ma 2027", "n’est pas une date"),
        ("03/27", "n’est pas une date"),
        ("15/03/2027 12:00", "n’est pas une date"),
        ("٠٣/2027", "n’est pas une date"),
        ("13/2027", "mois"),
        ("0/2027", "mois"),
        ("29/02/2027", "pas de jour 29 en février 2027"),
        ("0/03/2027", "pas de jour 0"),
        ("03/1999", "entre 2000 et 2100"),
        ("03/2101", "entre 2000 et 2100"),
    ],
)
def test_parse_refuses(text, message):
    with pytest.raises(ValueError, match=message):
        parse(text)


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2027-03", date(2027, 3, 1), date(2027, 3, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2027-03-15", date(2027, 3, 15), date(2027, 3, 15)),
    ],
)
def test_first_and_last_day(value, first, last):
    assert (first_day(value), last_day(value)) == (first, last)


def test_month_after():
    assert month_after(date(2027, 3, 31)) == date(2027, 4, 1)
    assert month_after(date(2027, 12, 1)) == date(2028, 1, 1)


@pytest.mark.parametrize(
    ("value", "words", "input_text"),
    [
        ("2027-03", "mars 2027", "03/2027"),
        ("2027-03-15", "15 mars 2027", "15/03/2027"),
        ("2027-03-01", "1er mars 2027", "01/03/2027"),
        ("", "", ""),
    ],
)
def test_display_and_typed(value, words, input_text):
    assert (display(value), typed(value)) == (words, input_text)


@pytest.mark.parametrize(
    ("start", "end", "phrase"),
    [
        ("2027-03", "2028-06", "de mars 2027 à juin 2028"),
        ("2027-03", "2027-06", "de mars à juin 2027"),
        ("2027-04", "2028-06", "d’avril 2027 à juin 2028"),
        ("2027-10", "2027-12", "d’octobre à décembre 2027"),
        ("2027-03", "2027-03", "en mars 2027"),
        ("2027-03-15", "2027-03-15", "le 15 mars 2027"),
        ("2027-03-03", "2027-03-15", "du 3 au 15 mars 2027"),
        ("2027-03-01", "2027-04-15", "du 1er mars au 15 avril 2027"),
        ("2027-03-15", "2028-06", "du 15 mars 2027 à juin 2028"),
        ("2027-03", "2028-06-02", "de mars 2027 au 2 juin 2028"),
        ("2027-03", "2027-03-15", "de mars au 15 mars 2027"),
        ("2027-08", "", "à partir d’août 2027"),
        ("2027-03-15", "", "à partir du 15 mars 2027"),
        ("", "2028-06", "jusqu’en juin 2028"),
        ("", "2028-06-02", "jusqu’au 2 juin 2028"),
        ("", "", ""),
    ],
)
def test_period(start, end, phrase):
    assert period(start, end) == phrase


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31)), st.booleans())
def test_what_is_shown_can_be_typed_again(day, to_the_day):
    stored = day.isoformat() if to_the_day else f"{day:%Y-%m}"
    assert parse(display(stored)) == parse(typed(stored)) == parse(stored) == stored
    assert first_day(stored) <= day <= last_day(stored)


@given(st.text(max_size=40))
def test_any_text_gives_a_date_or_a_message(text):
    try:
        first_day(parse(text))
    except ValueError as error:
        assert str(error).endswith(".")


class PhaseForm(forms.Form):
    start = PartialDateField("début").formfield()
    end = PartialDateField("fin", blank=True).formfield()


def test_form_field_normalises_and_explains():
    form = PhaseForm({"start": "septembre 2027", "end": ""})
    assert form.is_valid()
    assert form.cleaned_data == {"start": "2027-09", "end": ""}
    form = PhaseForm({"start": "31/06/2027", "end": "x"})
    assert form.errors["start"] == ["Il n’y a pas de jour 31 en juin 2027."]
    assert 'value="31/06/2027"' in str(form["start"])


def test_form_field_shows_what_is_stored_as_people_type_it():
    form = PhaseForm(initial={"start": "2027-09", "end": "2027-10-01"})
    assert 'value="09/2027"' in str(form["start"])
    assert 'value="01/10/2027"' in str(form["end"])
    assert not PhaseForm({"start": "09/2027", "end": ""}, initial={"start": "2027-09"}).has_changed()


def test_model_field_is_a_short_text_column():
    field = PartialDateField("début", blank=True)
    _name, path, args, kwargs = field.deconstruct()
    assert (path, args, kwargs) == (
        "cdn_portal.lib.dates.PartialDateField",
        [],
        {"verbose_name": "début", "blank": True},
    )
    assert PartialDateField(*args, **kwargs).max_length == 10
    assert isinstance(field.formfield(), PartialDateFormField)


def test_model_field_refuses_other_text():
    field = PartialDateField()
    assert field.clean("03/2027", None) == "2027-03"
    with pytest.raises(ValidationError, match="n’est pas une date"):
        field.clean("demain", None)
