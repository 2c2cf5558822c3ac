from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdn_portal.lib.numbers import euros, number, parse_number, percent, quantity, short_euros

N = "\u202f"
S = "\u00a0"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("12500", f"12{N}500{S}€"),
        ("12500.5", f"12{N}500,50{S}€"),
        ("12500.00", f"12{N}500{S}€"),
        ("0", f"0{S}€"),
        ("-1234567.891", f"\u22121{N}234{N}567,89{S}€"),
        ("0.005", f"0,01{S}€"),
        ("-0.001", f"0{S}€"),
    ],
)
def test_euros(value, text):
    assert euros(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234, f"1{N}234"),
        (Decimal("1E+3"), f"1{N}000"),
        (0.1, "0,1"),
        (Decimal("2.500"), "2,5"),
        (-7, "\u22127"),
        (10**30, f"1{f'{N}000' * 10}"),
    ],
)
def test_number(value, text):
    assert number(value) == text


def test_number_with_fixed_decimals():
    assert number(2, 2) == "2,00"
    assert number(Decimal("2.345"), 2) == "2,35"


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_number_refuses_what_is_not_finite(value):
    with pytest.raises(ValueError, match="fini"):
        number(Decimal(value))


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(Decimal(1500), "€", f"1{N}500{S}€"), (3, "sites", f"3{S}sites"), (3, "", "3"), (None, "€", "non renseigné")],
)
def test_quantity(value, unit, text):
    assert quantity(value, unit) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(Decimal("0.425"), "42,5"), (0.5, "50"), (Decimal(1) / 3, "33,3"), (0, "0"), (Decimal("1.25"), "125")],
)
def test_percent(share, text):
    assert percent(share) == f"{text}{S}%"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("850", "850 €"),
        ("999", "999 €"),
        ("12500", "12,5 k€"),
        ("999960", "1 M€"),
        ("1234567", "1,2 M€"),
        ("-2000", "\u22122 k€"),
    ],
)
def test_short_euros(value, text):
    assert short_euros(Decimal(value)) == text.replace(" ", S)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12 500,50 €", "12500.50"),
        (f"12{N}500,50{S}€", "12500.50"),
        ("12\u2009500", "12500"),
        ("12500", "12500"),
        ("12500.5", "12500.5"),
        (" 1 234 567 euros ", "1234567"),
        ("-3", "-3"),
        ("\u22123,5", "-3.5"),
        ("- 3", "-3"),
        ("0,125", "0.125"),
        ("1 234,567", "1234.567"),
        ("1234.567", "1234.567"),
        ("12,50", "12.50"),
        ("40 EUR", "40"),
    ],
)
def test_parse_number(text, value):
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Écrivez un nombre"),
        ("  €", "Écrivez un nombre"),
        ("1,234.56", "une virgule et un point"),
        ("1.234,56", "une virgule et un point"),
        ("1.234.567", "plusieurs"),
        ("12.500", "deux façons"),
        ("12,500", "deux façons"),
        ("1 2500", "groupes de trois"),
        ("12 50", "groupes de trois"),
        ("12,", "groupes de trois"),
        ("douze", "pas un nombre"),
        ("1e9", "pas un nombre"),
        ("NaN", "pas un nombre"),
        ("Infinity", "pas un nombre"),
        ("١٢", "pas un nombre"),
        ("=1+1", "pas un nombre"),
        ("--1", "pas un nombre"),
        ("9" * 41, "trop long"),
    ],
)
def test_parse_number_refuses(text, message):
    with pytest.raises(ValueError, match=message):
        parse_number(text)


amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False)


@given(amounts)
def test_what_is_shown_can_be_typed_again(value):
    assert parse_number(euros(value)) == value


@given(st.text(max_size=60))
def test_any_text_gives_a_number_or_a_message(text):
    try:
        assert parse_number(text).is_finite()
    except ValueError as error:
        assert str(error).endswith(".")
