import io
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pypdf
import pytest
from django.contrib.staticfiles import finders
from django.utils.html import escape
from django.utils.safestring import SafeString
from hypothesis import given, settings
from hypothesis import strategies as st

from cdn_portal.lib import pdf
from cdn_portal.lib.charts import (
    Measure,
    Phase,
    Series,
    Table,
    Tile,
    as_table,
    meter,
    progress_path,
    stacked_bars,
    tile_map,
    timeline,
)
from cdn_portal.lib.drawing import COLOURS, text_width, wrap
from tests.pdfua import assert_pdfua

D = Decimal
BUDGET = [
    Series("Investissement", {"2026": D(120_000), "2027": D(85_500)}),
    Series("Fonctionnement", {"2026": D(20_000), "2027": D("64000.50"), "2028": D(90_000)}),
]
PHASES = [
    Phase("Cadrage", "2026-09", "2026-12", "Convention signée"),
    Phase("Déploiement dans les dix maisons de santé du territoire", "2027-01-15", "2028-06"),
    Phase("Généralisation"),
]
BASELINE, TARGET = Measure("2026-01", D(12)), Measure("2028-12", D(40))
MEASURES = [Measure("2028-01", D(31)), Measure("2027-06", D(18))]
TILES = [Tile(0, 1, "CC des Trois Rivières", D(7)), Tile(1, 0, "CA du Saint-Quentinois", D(12)), Tile(1, 1, "Laon")]


def all_charts(text="Titre", budget=BUDGET, phases=PHASES, tiles=TILES):
    return {
        "stacked_bars": stacked_bars(budget, title=text),
        "timeline": timeline(phases, title=text, today=date(2027, 5, 3)),
        "progress_path": progress_path(BASELINE, TARGET, MEASURES, title=text, unit="actes"),
        "meter": meter(D(75_000), D(120_000), text, unit="€"),
        "tile_map": tile_map(tiles, title=text, unit="fiches"),
    }


def texts(svg):
    return ["".join(element.itertext()) for element in ElementTree.fromstring(svg).iter("text")]


def inside(svg):
    """Fail unless every text and rectangle is inside the frame of the picture."""
    root = ElementTree.fromstring(svg)
    _, _, width, height = map(float, root.get("viewBox").split())
    for element in root.iter("text"):
        text, x = "".join(element.itertext()), float(element.get("x"))
        wide = text_width(text, float(element.get("font-size")))
        start = x - wide * {"start": 0, "middle": 0.5, "end": 1}[element.get("text-anchor")]
        assert start >= -1, text
        assert start + wide <= width + 1, text
        assert 0 < float(element.get("y")) <= height, text
    for element in root.iter("rect"):
        assert float(element.get("x")) + float(element.get("width")) <= width + 0.1
        assert float(element.get("y")) + float(element.get("height")) <= height + 0.1


@pytest.mark.parametrize("name", all_charts())
def test_is_one_safe_picture_with_its_title_first(name):
    svg = all_charts('Un <titre> & "guillemets"')[name]
    assert isinstance(svg, SafeString)
    root = ElementTree.fromstring(svg)
    assert (root.tag, root.get("role"), root[0].tag) == ("svg", "img", "title")
    assert root[0].text.startswith('Un <titre> & "guillemets"')
    assert not re.search(r"\s(?:style|on\w+|id|href)=|<style|<script|http", svg)
    inside(svg)


HOSTILE = [
    "<script>alert(1)</script>",
    '"><image href=x onerror=alert(1)>',
    "Anticonstitutionnellement" * 20,
    "W" * 300,
    "mot " * 100,
    "😀👍 漢字 مرحبا",
    "]]>&amp;",
    " ",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_escaped_and_stay_inside(text):
    charts = all_charts(
        text + " fin",
        budget=[Series(text, {text: D(10**12), "2026": D(1)}), Series(text * 2, {"2026": D("0.01")})],
        phases=[Phase(text, "2026-09-01", "2026-09-30", text), Phase(text)],
        tiles=[Tile(0, 0, text, D(3), text), Tile(0, 1, text)],
    )
    for svg in charts.values():
        inside(svg)
        assert escape(text) == text or text not in svg


labels = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="￾"), max_size=80
)
amounts = st.decimals(0, 10**11, places=2)
days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
partial = st.one_of(st.just(""), days.map(date.isoformat), days.map(lambda day: f"{day:%Y-%m}"))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.builds(Series, labels, st.dictionaries(labels, amounts, max_size=4)), max_size=4),
    st.lists(st.builds(Phase, labels, partial, partial), max_size=5),
    st.lists(st.builds(Measure, days.map(date.isoformat), st.decimals(-(10**9), 10**9, places=2)), max_size=5),
    days,
)
def test_any_data_stays_inside(series, phases, measures, today):
    first, *others = [*measures, None]
    for svg in (
        stacked_bars(series, title="x"),
        timeline(phases, title="x", today=today),
        progress_path(first, first, others[:-1], title="x", unit="%"),
    ):
        if svg:
            inside(svg)


def test_stacked_bars_write_values_totals_and_legend():
    found = texts(stacked_bars(BUDGET, title="Budget"))
    assert "Investissement : 205 500 €".replace(" ", "\u00a0").replace("205\u00a0", "205\u202f") in [
        text.replace(" ", "\u00a0") for text in found
    ]
    assert {"120\u202f000\u00a0€", "140\u202f000\u00a0€", "149\u202f500,50\u00a0€", "90\u202f000\u00a0€"} <= set(found)


@pytest.mark.parametrize("name", ["f", "i", "2027", "Année"])
def test_a_name_that_fits_is_not_cut(name):
    svg = stacked_bars([Series("Dépense", {name: D(0)})], title="Budget")
    assert name in texts(svg)
    inside(svg)


def test_neighbouring_parts_differ_without_colour():
    svg = stacked_bars(BUDGET, title="Budget")
    assert svg.count("<path") == 4  # the stripes of the second series: three years and the legend


def test_colours_are_those_of_the_tokens():
    tokens = dict(re.findall(r"--([\w-]+): (#\w{6});", Path(finders.find("css/tokens.css")).read_text()))
    names = {"ink": "ink", "soft": "ink-soft", "paper": "surface", "grid": "chart-grid", "accent": "accent"}
    assert {name: tokens[names.get(name, f"chart-{name}")] for name in COLOURS} == COLOURS


def test_every_painted_class_follows_the_tokens_on_a_page():
    styled = set(re.findall(r"\.(drawing-[\w-]+)", Path(finders.find("css/drawing.css")).read_text()))
    series = [Series(str(rank), {"2026": D(9)}) for rank in range(6)]
    drawn = "".join([*all_charts().values(), stacked_bars(series, title="x")])
    assert set(re.findall(r"drawing-[\w-]+", drawn)) <= styled


def test_timeline_writes_periods_and_says_when_there_is_none():
    found = texts(timeline(PHASES, title="Calendrier", today=date(2027, 5, 3)))
    assert {"Cadrage", "de septembre à décembre 2026", "dates à préciser", "aujourd’hui"} <= set(found)
    assert "aujourd’hui" not in texts(timeline(PHASES, title="Calendrier", today=date(2031, 1, 1)))


@pytest.mark.parametrize(
    ("end", "ticks"),
    [
        ("2027-03", ["janv. 2027", "févr.", "mars"]),
        ("2028-12", ["janv. 2027", "juil. 2027", "janv. 2028"]),
        ("2034-12", ["2027", "2028", "2029"]),
    ],
)
def test_timeline_ticks_follow_the_length(end, ticks):
    assert texts(timeline([Phase("A", "2027-01", end)], title="x"))[:3] == ticks


@pytest.mark.parametrize(
    ("value", "maximum", "text"),
    [(3, 12, "3 sur 12 (25\u00a0%)"), (15, 12, "15 sur 12 (125\u00a0%)"), (0, 0, "0 sur 0")],
)
def test_meter_says_its_value(value, maximum, text):
    svg = meter(value, maximum, "Avancement")
    assert texts(svg) == ["Avancement", text]
    assert svg.count(f"<title>Avancement\u00a0: {text}</title>") == 1
    inside(svg)


def test_nothing_to_draw_is_nothing():
    assert not any(
        (
            stacked_bars([], title="x"),
            stacked_bars([Series("A")], title="x"),
            timeline([], title="x"),
            timeline([Phase("A")], title="x"),
            progress_path(None, TARGET, title="x"),
            tile_map([], title="x"),
        )
    )
    assert as_table([]) == Table([], [])


def test_a_picture_needs_a_title():
    with pytest.raises(ValueError, match="title"):
        stacked_bars(BUDGET, title=" ")


def test_tables_say_the_same():
    assert as_table(BUDGET, unit="€").rows[-1] == [
        "Total",
        "205\u202f500\u00a0€",
        "174\u202f000,50\u00a0€",
        "379\u202f500,50\u00a0€",
    ]
    assert as_table(PHASES) == Table(
        ["Étape", "Période", "Précision"],
        [
            ["Cadrage", "de septembre à décembre 2026", "Convention signée"],
            [PHASES[1].label, "du 15 janvier 2027 à juin 2028", ""],
            ["Généralisation", "dates à préciser", ""],
        ],
    )
    assert as_table([BASELINE, None, TARGET], unit="actes").rows == [
        ["janvier 2026", "12\u00a0actes", "Mesure"],
        ["décembre 2028", "40\u00a0actes", "Mesure"],
    ]
    assert as_table(TILES).rows == [
        ["CA du Saint-Quentinois", "12"],
        ["CC des Trois Rivières", "7"],
        ["Laon", "non renseigné"],
    ]


def test_wrap_cuts_compound_words_and_ends_with_an_ellipsis():
    assert wrap("CA du Saint-Quentinois", 80, 11, 2) == ["CA du Saint-", "Quentinois"]
    assert wrap("un deux trois quatre cinq six", 60, 11, 2)[-1].endswith("…")
    assert wrap("", 60, 11, 2) == []


def test_widths_are_never_under_the_fonts():
    from fontTools.ttLib import TTFont

    system = pdf._font_files()[0]
    ours = [finders.find(f"fonts/cdn-texte-{weight}.woff2") for weight in (400, 700)]
    for file in (system, system.replace("Regular", "Bold"), *ours):
        font = TTFont(file)
        widths, names, em = font["hmtx"], font.getBestCmap(), font["head"].unitsPerEm
        letters = [c for c in map(chr, range(0x20, 0x100)) if ord(c) in names and c not in "\xad¶ß"]
        assert not [c for c in letters if widths[names[ord(c)]][0] / em > text_width(c, 1) + 0.01]


@pytest.mark.pdf
def test_complies_in_a_pdf(tmp_path, settings):
    (tmp_path / "charts.html").write_text(
        '{% extends "pdf/base.html" %}{% block title %}Graphiques{% endblock %}{% block content %}'
        "<h1>Graphiques</h1>{% for chart in charts %}<figure>{{ chart }}</figure>{% endfor %}{% endblock %}"
    )
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], tmp_path]} for engine in settings.TEMPLATES]
    settings.PDF_STRICT = True
    content = pdf.render("charts.html", {"charts": all_charts("Un titre 👍").values()})
    assert_pdfua(content)
    drawn = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert "Investissement" in drawn
