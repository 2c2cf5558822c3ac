import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdn_portal.lib.glyphs import LONG_WORD, readable

# What a small font might draw: Latin with accents, punctuation, a few signs.
COVERED = frozenset(range(0x20, 0x250)) | {ord(c) for c in "’«»…–—€✔★♥→●•□\u0301\u0323\u202f�"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Élève à l’école : 12 € — « oui »…", "Élève à l’école : 12 € — « oui »…"),
        ("e\u0301cole", "école"),
        ("fait ✅", "fait ✔"),
        ("d’accord 👍🏽 !", "d’accord (pouce levé) !"),
        ("☎\ufe0f", "□"),
        ("une famille 👨‍👩‍👧 ici", "une famille □ ici"),
        ("漢字", "□□"),
        ("🇫🇷", "FR"),
        ("𝐀𝑩 ① ﬁn", "AB 1 fin"),
        ("\uf0b7 puce collée", "• puce collée"),
        ("abc\u202etxt.exe", "abctxt.exe"),
        ("tab\tligne\nfin\r\n", "tab\tligne\nfin\r\n"),
        ("nul\x00 cloche\x07 suppr\x7f", "nul cloche suppr"),
        ("paragraphe\u2028suite", "paragraphe\nsuite"),
        ("cou\u00adper, sans\u200bblanc", "cou\u00adper, sans\u200bblanc"),
        ("＜script＞", "<script>"),
        ("\ue123 \uffff \U0010fffe", "□ □ □"),
        ("12\u202f500\u00a0€", "12\u202f500\u00a0€"),
    ],
)
def test_readable(text, shown):
    assert readable(text, COVERED) == shown


def test_heaps_of_accents_are_cut_down():
    shown = readable("a" + "\u0301\u0323" * 40 + "b", COVERED)
    assert sum(unicodedata.combining(c) > 0 for c in shown) <= 3
    assert shown.endswith("b")


def test_a_word_of_no_language_may_be_cut():
    shown = readable("W" * 1000, COVERED)
    assert shown.replace("\u200b", "") == "W" * 1000
    assert max(map(len, shown.split("\u200b"))) < LONG_WORD
    assert readable("W" * 159, COVERED) == "W" * 159


@given(st.text(max_size=300))
def test_only_what_is_covered_comes_out(text):
    allowed = COVERED | {ord(c) for c in "\t\n\r\u00ad\u200b\u200c\u2060"}
    assert {ord(c) for c in readable(text, COVERED)} <= allowed
