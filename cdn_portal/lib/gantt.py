"""Bars of time to set in the rows of a table, one a row, under a scale for its head."""

from cdn_portal.lib import dates
from cdn_portal.lib.charts import axis_around, span_of
from cdn_portal.lib.drawing import line, picture, rectangle, text_width, words

HEIGHT = 14


def bars(phases, *, scale_title, bar_title, width=170):
    """Return (scale, [bar, …]) for a list of charts.Phase: pictures of one width, "" for a phase without dates.

    `bar_title` goes before the period in what is said of a bar. ("", ["", …]) when no phase has a date.
    """
    spans = [span_of(phase) for phase in phases]
    axis = axis_around(spans, 1, width - 1)
    if axis is None:
        return "", [""] * len(phases)
    return _scale(axis, scale_title, width), [
        (span and _bar(axis, span, f"{bar_title} {dates.period(phase.start, phase.end)}", width)) or ""
        for phase, span in zip(phases, spans, strict=True)
    ]


def _scale(axis, title, width):
    """Return the years over their place, those that fit."""
    parts, free = [], 0
    for year in range(axis.start.year, axis.end.year + 1):
        x, label = max(_year_start(axis, year), 1), str(year)
        is_cramped = x + text_width(label, 11) > _year_start(axis, year + 1) and year == axis.start.year
        if x >= free and not is_cramped and x + text_width(label, 11) <= width:
            parts += [line(x, 1, x, HEIGHT, stroke="soft"), words(label, x + 3, 11, 11, bold=True)]
            free = x + text_width(label, 11) + 6
    return picture(title, width, HEIGHT, *parts)


def _bar(axis, span, title, width):
    years = range(axis.start.year, axis.end.year + 1)
    grid = [line(x, 0, x, HEIGHT) for x in (_year_start(axis, year) for year in years) if x >= 1]
    x1, x2 = axis.at(span[0]), axis.at(span[1], after=True)
    x1 = min(x1, width - 5)  # a single day is still seen
    return picture(
        title, width, HEIGHT, *grid, rectangle(x1, 3, max(x2 - x1, 4), 8, "1", stroke="ink", stroke_width=0.75)
    )


def _year_start(axis, year):
    return axis.at(axis.start.replace(year=year, month=1, day=1))
