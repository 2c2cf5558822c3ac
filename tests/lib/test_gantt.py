"""Bars of time in the rows of a table."""

import itertools
from xml.etree import ElementTree

from cdn_portal.lib import gantt
from cdn_portal.lib.charts import Phase

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*phases):
    scale, bars = gantt.bars(list(phases), scale_title="Échelle", bar_title="Barre :")
    return scale and ElementTree.fromstring(scale), [bar and ElementTree.fromstring(bar) for bar in bars]


def box(bar):
    """Return where a bar begins and ends."""
    shape = bar.find("rect")
    return float(shape.get("x")), float(shape.get("x")) + float(shape.get("width"))


def test_bars_follow_each_other_on_one_scale():
    scale, bars = drawn(Phase("A", "2027-01", "2027-12"), Phase("B", "2028-01", "2028-12"))
    (start, middle), (after, end) = map(box, bars)
    assert (start, end) == (1, 169)
    assert abs(middle - after) < 0.01
    assert [text.text for text in scale.iter("text")] == ["2027", "2028"]
    assert [bar.findtext("title") for bar in bars] == [
        "Barre : de janvier à décembre 2027", "Barre : de janvier à décembre 2028",
    ]  # fmt: skip


def test_a_phase_without_dates_has_no_bar():
    scale, bars = drawn(Phase("A"), Phase("B", "2027-03", ""))
    assert bars[0] == ""
    assert box(bars[1]) == (1, 169)
    assert scale.findtext("title") == "Échelle"


def test_no_date_at_all_draws_nothing():
    assert drawn(Phase("A"), Phase("B")) == ("", ["", ""])
    assert drawn() == ("", [])


def test_a_single_day_is_still_seen():
    _, bars = drawn(Phase("A", "2027-01-01", "2036-12-31"), Phase("B", "2036-12-31", "2036-12-31"))
    start, end = box(bars[1])
    assert end - start >= 4
    assert end <= 170


def test_the_scale_keeps_to_years_that_fit():
    scale, _ = drawn(Phase("A", "2026-12", "2062-01"))
    texts = [text.text for text in scale.iter("text")]
    places = [float(text.get("x")) for text in scale.iter("text")]
    assert 2 <= len(texts) <= 6
    assert all(later - earlier > 20 for earlier, later in itertools.pairwise(places))
    scale, _ = drawn(Phase("A", "2026-12", "2028-12"))
    assert [text.text for text in scale.iter("text")] == ["2027", "2028"]
