"""The pen of the charts: SVG elements as safe text, widths of words, fillings that differ without colour."""

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import mark_safe

# The light values of tokens.css, which a PDF needs in full; on a page, drawing.css gives these names their tokens, so
# that a dark page has light ink.
COLOURS = {
    "ink": "#1c2a32",
    "soft": "#4b5a63",
    "paper": "#fffefb",
    "grid": "#dbd2c2",
    "accent": "#a63f17",
    "1": "#0f4c5c",
    "2": "#c4683a",
    "3": "#5b3a9e",
    "4": "#4f8a5b",
    "5": "#8a6d1d",
}
FONTS = "CDN Texte, Liberation Sans, DejaVu Sans, sans-serif"
# In turn: a full colour with pale writing, then stripes, so that neighbours differ without colour.
FILLINGS = (("1", ""), ("2", "diagonal"), ("3", ""), ("4", "horizontal"), ("5", ""), ("soft", "vertical"))

_NARROW, _WIDE = (frozenset("iljtfrI.,:;'’|!()[]/- \u00a0\u202f"), frozenset("mwMWOQ%&@—…œæŒÆ€©®¼½¾"))


def element(tag, *children, **attributes):
    """Return an SVG element: `stroke_width=2` writes stroke-width="2", numbers are rounded, all text is escaped.

    A fill or a stroke may be a name of COLOURS: it is written as its value, and as a class.
    """
    painted = [name for name in ("fill", "stroke") if attributes.get(name) in COLOURS]
    if painted:
        attributes["class"] = " ".join(f"drawing-{name}-{attributes[name]}" for name in painted)
        attributes |= {name: COLOURS[attributes[name]] for name in painted}
    written = format_html_join(
        "", ' {}="{}"', ((name.replace("_", "-"), _attribute(value)) for name, value in attributes.items())
    )
    inside = "".join(conditional_escape(child) for child in children)
    return mark_safe(f"<{tag}{written}>{inside}</{tag}>")


def picture(title, width, height, *children):
    """Return the <svg>: its title comes first, and is what a screen reader and a PDF say of it."""
    if not title.strip():
        raise ValueError("A picture needs a title.")
    size = {"viewBox": f"0 0 {_attribute(width)} {_attribute(height)}", "width": width, "height": height}
    return element(
        "svg", element("title", title), *children, **{"class": "drawing"}, role="img", **size, font_family=FONTS
    )


def words(text, x, y, size=12, anchor="start", fill="ink", bold=False):
    """Return a line of text whose base line is at `y`."""
    weight = {"font_weight": "bold"} if bold else {}
    return element("text", text, x=x, y=y, font_size=size, text_anchor=anchor, fill=fill, **weight)


def rectangle(x, y, width, height, fill, stroke="none", **more):
    return element("rect", x=x, y=y, width=max(width, 0), height=max(height, 0), fill=fill, stroke=stroke, **more)


def line(x1, y1, x2, y2, stroke="grid", **more):
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, **more)


def filled(x, y, width, height, rank):
    """Return a rectangle with the filling of that rank: colour or stripes, and an outline."""
    colour, stripes = FILLINGS[rank % len(FILLINGS)]
    shape = rectangle(x, y, width, height, "paper" if stripes else colour)
    if stripes:
        path = _stripes(stripes, x, y, width, height)
        shape += element("path", d=path, stroke=colour, stroke_width=1.5, fill="none")
    return shape + rectangle(x, y, width, height, "none", stroke="ink", stroke_width=0.75)


def text_width(text, size):
    """Return an upper bound of the width of `text` in Liberation Sans, bold or not, or a font as narrow."""
    ems = sum(map(_character_width, text))
    return ems * size


def _character_width(character):
    if character in _NARROW:
        return 0.4
    if character in _WIDE or ord(character) > 0x2FF:
        return 1.03
    return 0.79 if character.isupper() else 0.62


def cut(text, width, size):
    """Return `text`, or its beginning and "…" when it is wider than `width`."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text.rstrip() + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def wrap(text, width, size, most):
    """Return at most `most` lines of `text`, none wider than `width`; the last one ends with "…" when more follows."""
    lines, rest = ([], [piece for word in text[:500].split() for piece in _pieces(word, width, size)])
    while rest and len(lines) < most:
        count = 1
        while count < len(rest) and text_width(" ".join(rest[: count + 1]), size) <= width:
            count += 1
        last = len(lines) == most - 1 and count < len(rest)
        lines.append(cut(" ".join(rest if last else rest[:count]), width, size))
        rest = rest[count:]
    return lines


def _pieces(word, width, size):
    """Cut a compound word that is too wide after its hyphens: "Saint-", "Quentinois"."""
    at = word.rfind("-", 1, -1) if text_width(word, size) > width else -1
    while at > 0 and text_width(word[: at + 1], size) > width:
        at = word.rfind("-", 1, at)
    return [word[: at + 1], *_pieces(word[at + 1 :], width, size)] if at > 0 else [word]


def _attribute(value):
    return f"{round(float(value), 2):g}" if isinstance(value, (int, float)) else value


def _stripes(kind, x, y, width, height, step=5):
    if kind == "horizontal":
        lines = ((x, y + at, x + width, y + at) for at in _steps(step / 2, height, step))
    elif kind == "vertical":
        lines = ((x + at, y, x + at, y + height) for at in _steps(step / 2, width, step))
    else:
        lines = (_diagonal(x, y, width, height, at) for at in _steps(step - height, width, step))
    return "".join(f"M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}" for x1, y1, x2, y2 in lines) or "M0 0"


def _steps(first, last, step):
    while first < last:
        yield first
        first += step


def _diagonal(x, y, width, height, at):
    """Return the line that rises from `at` on the base, kept inside the rectangle."""
    left, right = max(at, 0), min(at + height, width)
    return x + left, y + height - (left - at), x + right, y + height - (right - at)
