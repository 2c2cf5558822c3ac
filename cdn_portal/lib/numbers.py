"""French numbers, both ways: what people read and what they type.

Written with narrow no-break spaces between groups of three digits, a decimal comma, a real minus sign, and a
no-break space before the unit, so that an amount is never cut at the end of a line.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

GROUP = "\u202f"  # narrow no-break space
SPACE = "\u00a0"  # no-break space
MINUS = "\u2212"
CENT = Decimal("0.01")
LONGEST = 40  # characters; nobody types more for one number

_CURRENCY = re.compile(r"(?:€|euros?|eur)$", re.IGNORECASE)
_SHAPE = re.compile(r"([-+])?([0-9]+(?: [0-9]{3})*)(?:([.,])([0-9]+))?")


def number(value, decimals=None):
    """Return `value` in French: "1 234,5".

    `decimals` fixes the digits after the comma (rounded half up); without it they are shown as they are, less the
    zeros that say nothing.
    """
    value = Decimal(value) if not isinstance(value, float) else Decimal(str(value))
    if not value.is_finite():
        raise ValueError("Ce n’est pas un nombre fini.")
    if decimals is not None:
        value = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    elif value == value.to_integral_value():
        value = value.quantize(Decimal(1)) if value.adjusted() < 27 else value
    else:
        value = value.normalize()
    whole, _, rest = f"{abs(value):f}".partition(".")
    sign = MINUS if value < 0 else ""
    return sign + f"{int(whole):,}".replace(",", GROUP) + (f",{rest}" if rest else "")


def euros(value):
    """Return an amount in euros: "12 500 €"; cents are shown only when there are any."""
    rounded = Decimal(value).quantize(CENT, ROUND_HALF_UP)
    has_cents = rounded != rounded.to_integral_value()
    return number(rounded, 2 if has_cents else 0) + f"{SPACE}€"


def short_euros(value):
    """Return an amount for narrow places, to three digits or so: "850 €", "12,5 k€", "1,2 M€"."""
    value = Decimal(value)
    for size, unit in ((Decimal(1_000_000), "M€"), (Decimal(1_000), "k€")):
        # 999 950 would round to "1 000 k€": it is a million.
        if abs(value) >= size * Decimal("0.99995") and abs(value) >= 1000:
            return number(_one_decimal(value / size)) + SPACE + unit
    return number(value, 0) + f"{SPACE}€"


def quantity(value, unit=""):
    """Return a value with its unit: euros as amounts, any other unit after the number; None is « non renseigné »."""
    if value is None:
        return "non renseigné"
    if unit == "€":
        return euros(value)
    return number(value) + (f"{SPACE}{unit}" if unit else "")


def percent(share, decimals=1):
    """Return a share of one as a percentage: 0.425 gives "42,5 %"; at most `decimals` digits after the comma."""
    hundredfold = (Decimal(str(share)) * 100).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return number(hundredfold) + f"{SPACE}%"


def parse_number(text):
    """Return the Decimal that a person typed: "12 500,50 €", "12500.5", "-3".

    Spaces of every kind may separate groups of three digits; the decimal sign is a comma or a dot; a final € is
    dropped. What could be read in two ways is refused rather than guessed, because a plan that is a thousand times too
    small is worse than a message: both signs together ("1,234.56"), a sign twice ("1.234.567"), and one to three
    digits followed by exactly three ("12.500" or "12,500": thousands for some, decimals for others). "0,125" and
    "1 234,567" have one reading only and are accepted. Raises ValueError with a message in French.
    """
    plain = " ".join(str(text).replace(MINUS, "-").split())
    plain = _CURRENCY.sub("", plain).strip()
    if not plain:
        raise ValueError("Écrivez un nombre, par exemple 12\u202f500 ou 12\u202f500,50.")
    if len(plain) > LONGEST:
        raise ValueError("Ce nombre est trop long.")
    if "," in plain and "." in plain:
        raise ValueError("Ce nombre contient une virgule et un point : écrivez par exemple 1\u202f234,56.")
    match = _SHAPE.fullmatch(plain.replace("- ", "-", 1) if plain.startswith("- ") else plain)
    if not match:
        raise ValueError(_why_not(plain))
    sign, whole, mark, rest = match.groups(default="")
    if len(rest) == 3 and len(whole) <= 3 and int(whole):
        raise ValueError(
            f"« {plain} » peut se lire de deux façons : écrivez {whole}{GROUP}{rest} "
            f"pour les milliers, ou {whole},{rest[:2]} pour les décimales."
        )
    return Decimal(f"{sign}{whole.replace(' ', '')}{'.' + rest if mark else ''}")


def _one_decimal(value):
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _why_not(plain):
    if plain.count(",") > 1 or plain.count(".") > 1:
        return "Ce nombre contient plusieurs virgules ou plusieurs points : écrivez par exemple 1\u202f234\u202f567,89."
    if re.fullmatch(r"[-+]?[0-9 ]+(?:[.,][0-9 ]*)?", plain):
        return "Les espaces séparent des groupes de trois chiffres : écrivez par exemple 12\u202f500."
    return "Ce n’est pas un nombre : écrivez par exemple 12\u202f500 ou 12\u202f500,50."
