"""Charts as accessible SVG, the same on a page with a strict security policy and in a PDF.

Each function takes plain data and returns safe text, or "" when there is nothing to draw. A picture carries its title
as text, never speaks by colour alone, and keeps every label inside its frame; `as_table` gives the same data as rows,
to be printed beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.safestring import mark_safe

from cdn_portal.lib import dates
from cdn_portal.lib.drawing import FILLINGS, cut, element, filled, line, picture, rectangle, text_width, words, wrap
from cdn_portal.lib.numbers import number, percent, quantity

NOTHING = mark_safe("")
SHADES = (0.08, 0.22, 0.4, 0.75, 1)  # of one colour; the writing turns from dark to light in the middle


@dataclass(frozen=True)
class Series:
    """A nature or a funder: its amount (a number, not negative) for each category, such as a year."""

    label: str
    values: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Phase:
    """Something that lasts: `start` and `end` are partial dates (see `dates`), either may be missing."""

    label: str
    start: str = ""
    end: str = ""
    note: str = ""


@dataclass(frozen=True)
class Measure:
    """A value on a partial date; `label` says which, such as « Cible »."""

    on: str
    value: Decimal
    label: str = ""


@dataclass(frozen=True)
class Tile:
    """A place of a tile map, rows and columns from 0; `text` is shown in place of the value, None is no value."""

    row: int
    col: int
    label: str
    value: Decimal | None = None
    text: str = ""


@dataclass(frozen=True)
class Table:
    """What a chart shows, as text: the first cell of a row is its heading."""

    head: list[str]
    rows: list[list[str]]


# Amounts by category


def stacked_bars(series, *, title, unit="€", width=640):
    """Return a bar for each category of `series` (list of Series), one part a series, with values, totals, a legend."""
    categories = _categories(series)
    if not categories:
        return NOTHING
    totals = {name: sum(each.values.get(name) or 0 for each in series) for name in categories}
    # Kept beside `left`: (w + 10) - 10 may be less than w, and would cut a name that fits.
    room = min(max(text_width(name, 13) for name in categories), width * 0.3)
    left = room + 10
    right = max(text_width(quantity(total, unit), 13) for total in totals.values()) + 10
    scale = (width - left - right - 2) / (float(max(totals.values())) or 1)
    legend, y = _legend(series, unit, width)
    parts = [legend]
    for name in categories:
        parts.append(words(cut(name, room, 13), left - 8, y + 19, 13, "end", bold=True))
        parts.append(line(left, y, left, y + 30, stroke="ink"))
        x = left
        for rank, each in enumerate(series):
            length = max(float(each.values.get(name) or 0), 0) * scale
            parts.append(_bar_part(x, y + 3, length, rank, quantity(each.values.get(name) or 0, unit)))
            x += length
        parts.append(words(quantity(totals[name], unit), x + 8, y + 19, 13))
        y += 34
    return picture(title, width, y, *parts)


def _categories(series):
    return list(dict.fromkeys(str(name) for each in series for name in each.values))


def _bar_part(x, y, length, rank, label):
    """Return one part of a bar, with its value inside when there is room."""
    if length <= 0:
        return NOTHING
    shape = filled(x, y, length, 24, rank)
    room = text_width(label, 12) + 8
    if room > length - 4:
        return shape
    if FILLINGS[rank % len(FILLINGS)][1]:  # writing on stripes needs a plate
        shape += rectangle(x + length / 2 - room / 2, y + 4, room, 16, "paper")
    ink = "ink" if FILLINGS[rank % len(FILLINGS)][1] else "paper"
    return shape + words(label, x + length / 2, y + 16.5, 12, "middle", ink)


def _legend(series, unit, width):
    """Return the legend, with the total of each series, and the height it takes."""
    parts, x, y = [], 0, 0
    for rank, each in enumerate(series):
        total = quantity(sum(value or 0 for value in each.values.values()), unit)
        text = f"{cut(each.label, width - 40 - text_width(total, 12), 12)} : {total}"
        if x and x + 26 + text_width(text, 12) > width:
            x, y = 0, y + 22
        parts += [filled(x + 1, y + 2, 18, 12, rank), words(text, x + 25, y + 13, 12)]
        x += 26 + text_width(text, 12) + 18
    return mark_safe("".join(parts)), y + 26


def _series_table(series, unit):
    categories = _categories(series)
    rows = []
    for name in categories:
        values = [each.values.get(name) or Decimal(0) for each in series]
        rows.append([name, *(quantity(value, unit) for value in values), quantity(sum(values), unit)])
    sums = [sum(value or 0 for value in each.values.values()) for each in series]
    rows.append(["Total", *(quantity(value, unit) for value in sums), quantity(sum(sums), unit)])
    return Table(["", *(each.label for each in series), "Total"], rows)


# Time


def timeline(rows, *, title, today=None, width=640):
    """Return a bar of time for each of `rows` (list of Phase), under months, quarters or years as room allows.

    A phase without dates keeps its line and says so; `today` (a date) draws a mark when it falls inside.
    """
    spans = [span_of(phase) for phase in rows]
    left = round(width * 0.4)
    axis = axis_around(spans, left, width - 1)
    if axis is None:
        return NOTHING
    parts, y = [], 28
    for phase, span in zip(rows, spans, strict=True):
        lines = wrap(phase.label, left - 12, 13, 2) or ["—"]
        height = 17 * len(lines) + 24
        parts.append(line(0, y, width, y))
        parts += [words(text, 0, y + 16 + 17 * rank, 13, bold=True) for rank, text in enumerate(lines)]
        when = dates.period(phase.start, phase.end) or "dates à préciser"
        parts.append(words(cut(when, left - 12, 11.5), 0, y + height - 9, 11.5, fill="soft"))
        if span:
            x1, x2 = axis.at(span[0]), axis.at(span[1], after=True)
            x1 = min(x1, axis.right - 4)  # a single day is still seen
            parts.append(rectangle(x1, y + height / 2 - 8, max(x2 - x1, 4), 16, "1", stroke="ink", stroke_width=0.75))
        y += height
    if today and axis.start <= today < axis.end:
        parts.append(_today_mark(axis.at(today), y, width))
        y += 20
    return picture(title, width, y + 2, *axis.ticks(y), *parts)


def axis_around(spans, left, right):
    """Return the axis that covers the whole months of every span, or None without any."""
    known = [span for span in spans if span]
    if not known:
        return None
    start, end = min(first for first, _ in known).replace(day=1), max(last for _, last in known)
    return Axis(start, dates.month_after(end), left, right)


def span_of(phase):
    """Return the first and last day of a phase, from whichever date is known; None without any."""
    known = [value for value in (phase.start, phase.end) if value]
    if not known:
        return None
    return min(map(dates.first_day, known)), max(map(dates.last_day, known))


def _today_mark(x, y, width):
    text = "aujourd’hui"
    half = text_width(text, 11.5) / 2
    middle = min(max(x, half), width - half)
    mark = line(x, 24, x, y + 4, stroke="accent", stroke_width=1.5, stroke_dasharray="4 3")
    return mark + words(text, middle, y + 15, 11.5, "middle", "accent", bold=True)


class Axis:
    """Days along a width, with ticks that leave room for their labels."""

    def __init__(self, start, end, left, right):
        self.start, self.end, self.left, self.right = start, end, left, right
        months = (end.year - start.year) * 12 + end.month - start.month
        self.step = 1 if months <= 14 else 3 if months <= 42 else 12

    def at(self, day, after=False):
        """Return the place of the beginning of a day, or of its end."""
        days = (day - self.start).days + (1 if after else 0)
        return self.left + (self.right - self.left) * days / (self.end - self.start).days

    def ticks(self, bottom):
        free, day = self.left, self.start
        while day < self.end:
            if (day.month - 1) % self.step == 0 or day == self.start:
                x, label = self.at(day), self._label(day)
                fits = x >= free and x + text_width(label, 11) <= self.right
                yield line(x, 20 if fits else 24, x, bottom, stroke="grid")
                if fits:
                    yield words(label, x, 14, 11, fill="soft")
                    free = x + text_width(label, 11) + 6
            day = dates.month_after(day)

    def _label(self, day):
        if self.step == 12:
            return str(day.year)
        year = f" {day.year}" if self.step == 3 or day.month == 1 or day == self.start else ""
        return dates.SHORT_MONTHS[day.month - 1] + year


def _phases_table(rows, unit):
    head = ["Étape", "Période"] + (["Précision"] if any(phase.note for phase in rows) else [])
    cells = ([phase.label, dates.period(phase.start, phase.end) or "dates à préciser", phase.note] for phase in rows)
    return Table(head, [row[: len(head)] for row in cells])


# A value on its way to a target


def progress_path(baseline, target, measures=(), *, title, unit="", width=320):
    """Return the path of an indicator: expected (dashed, from `baseline` to `target`) and measured.

    `baseline` and `target` are a Measure or None, `measures` a list of Measure; "" with fewer than two points.
    """
    measured = sorted(measures, key=lambda point: dates.first_day(point.on))
    points = [point for point in (baseline, *measured, target) if point]
    if len(points) < 2:
        return NOTHING
    frame = _Frame(points, width)
    parts = [line(10, 96, width - 10, 96, stroke="soft")]
    if baseline and target:
        parts.append(_path(frame, (baseline, target), "soft", stroke_dasharray="5 4"))
    if measured:
        parts.append(_path(frame, ([baseline] if baseline else []) + measured, "1", stroke_width=2))
        parts += [element("circle", cx=x, cy=y, r=4, fill="1") for x, y in map(frame.place, measured)]
        parts.append(_beside(frame, measured[-1], unit, width))
    for point, end, x in ((baseline, "start", 0), (target, "end", width)):
        if point:
            parts.append(_mark(*frame.place(point), is_target=point is target))
            name = point.label or ("Cible" if point is target else "Départ")
            parts.append(
                words(cut(f"{name} : {quantity(point.value, unit)}", width / 2 - 4, 12), x, 112, 12, end, bold=True)
            )
            parts.append(words(cut(dates.display(point.on), width / 2 - 4, 11), x, 127, 11, end, "soft"))
    return picture(title, width, 132, *parts)


class _Frame:
    """Places points by day and value in a frame above the axis."""

    def __init__(self, points, width):
        days = [dates.first_day(point.on).toordinal() for point in points]
        values = [float(point.value) for point in points]
        self.first, self.days = min(days), max(days) - min(days) or 1
        self.low, self.height = min(values), max(values) - min(values) or 1
        self.width = width - 32

    def place(self, point):
        day = dates.first_day(point.on).toordinal()
        x = 16 + self.width * (day - self.first) / self.days
        return x, 86 - 62 * (float(point.value) - self.low) / self.height


def _path(frame, points, stroke, **more):
    places = " ".join(f"{x:.2f},{y:.2f}" for x, y in map(frame.place, points))
    return element("polyline", points=places, fill="none", stroke=stroke, **more)


def _beside(frame, point, unit, width):
    text = cut(quantity(point.value, unit), width - 4, 12)
    half = text_width(text, 12) / 2
    x, y = frame.place(point)
    middle = min(max(x, half), width - half)
    base = y + 19 if y < 66 else y - 10  # under the point, away from the target, when there is room
    plate = rectangle(middle - half, base - 12, 2 * half, 15, "paper")
    return plate + words(text, middle, base, 12, "middle", "1", bold=True)


def _mark(x, y, is_target):
    """Return a square for the start, a ring for the target."""
    if is_target:
        return element("circle", cx=x, cy=y, r=6, fill="paper", stroke="accent", stroke_width=3)
    return rectangle(x - 4.5, y - 4.5, 9, 9, "paper", stroke="soft", stroke_width=2)


def _measures_table(points, unit):
    return Table(
        ["Date", "Valeur", "Nature"],
        [[dates.display(point.on), quantity(point.value, unit), point.label or "Mesure"] for point in points],
    )


# A part of a whole


def meter(value, maximum, label, *, unit="", width=320):
    """Return a gauge: `label`, how much of `maximum` is reached in words, and a bar."""
    share = Decimal(value) / Decimal(maximum) if maximum else None
    text = f"{quantity(value, unit)} sur {quantity(maximum, unit)}"
    if share is not None:
        text += f" ({percent(share, 0)})"
    room = text_width(text, 12)
    name = cut(label, max(width - room - 12, 0), 12) if room < width - 40 else ""
    length = (width - 2) * float(min(max(share or 0, 0), 1))
    return picture(
        f"{label} : {text}",
        width,
        38,
        words(name, 0, 13, 12, bold=True),
        words(cut(text, width, 12), width, 13, 12, "end"),
        rectangle(1, 20, width - 2, 14, "paper", stroke="ink"),
        rectangle(1, 20, length, 14, "1"),
    )


# Places


def tile_map(tiles, *, title, unit="", size=(104, 66)):
    """Return a map of equal tiles, darker as `value` grows; each tile bears its name and its value."""
    if not tiles:
        return NOTHING
    known = [tile.value for tile in tiles if tile.value is not None]
    low, high = (min(known), max(known)) if known else (0, 0)
    across, down = (
        (max(tile.col for tile in tiles) + 1) * (size[0] + 4),
        (max(t.row for t in tiles) + 1) * (size[1] + 4),
    )
    parts = [_tile(tile, _shade(tile.value, low, high), size, unit) for tile in tiles]
    if known and low != high:
        scale = wrap(
            f"Plus la couleur est marquée, plus la valeur est élevée : de {number(low)} à {quantity(high, unit)}.",
            across - 4,
            12,
            3,
        )
        parts += [words(text, 2, down + 15 + 16 * rank, 12, fill="soft") for rank, text in enumerate(scale)]
        down += 16 * len(scale) + 4
    return picture(title, across, down, *parts)


def _shade(value, low, high):
    """Return how dark a tile is: its value among the others, in five steps."""
    if value is None:
        return 0
    steps = len(SHADES) - 1
    return SHADES[round(steps * float(value - low) / float(high - low)) if high > low else 0]


def _tile(tile, shade, size, unit):
    width, height = size
    x, y = tile.col * (width + 4) + 2, tile.row * (height + 4) + 2
    ink = "ink" if shade < 0.5 else "paper"
    text = tile.text or ("—" if tile.value is None else quantity(tile.value, unit))
    dash = {"stroke_dasharray": "4 3"} if tile.value is None else {}
    names = wrap(tile.label, width - 10, 11, 2)
    return element(
        "g",
        element("title", f"{tile.label} : {text}"),
        rectangle(x, y, width, height, "1", fill_opacity=shade),
        rectangle(x, y, width, height, "none", stroke="soft", **dash),
        *(words(name, x + width / 2, y + 17 + 13 * rank, 11, "middle", ink) for rank, name in enumerate(names)),
        words(cut(text, width - 10, 14), x + width / 2, y + height - 9, 14, "middle", ink, bold=True),
    )


def _tiles_table(tiles, unit):
    ordered = sorted(tiles, key=lambda tile: tile.label)
    return Table(["Territoire", "Valeur"], [[t.label, t.text or quantity(t.value, unit)] for t in ordered])


_TABLES = {Series: _series_table, Phase: _phases_table, Measure: _measures_table, Tile: _tiles_table}


def as_table(items, *, unit=""):
    """Return the Table of what a chart draws: a list of Series, Phase, Measure or Tile."""
    items = [item for item in items if item]
    return _TABLES[type(items[0])](items, unit) if items else Table([], [])
