import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdn_portal.lib.search import document, fold, matching, query_stems, stems


def finds(query, text):
    return all(f" {stem}" in document(text) for stem in query_stems(query))


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Œuvre", "oeuvre"), ("ÉLÈVES", "eleves"), ("ex æquo", "ex aequo"), ("ﬁbre", "fibre"), ("e\u0301te\u0301", "ete")],
)
def test_fold(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("numerique", "Le numérique pour tous"),
        ("donnée", "Données ouvertes"),
        ("données", "une donnée"),
        ("donnees", "la donnée"),
        ("collège", "les collèges"),
        ("ecole", "Écoles rurales"),
        ("eleve", "Élèves"),
        ("aines", "nos aînés"),
        ("oeuvre", "mise en œuvre"),
        ("œuvre", "mise en oeuvre"),
        ("coeur", "au cœur du territoire"),
        ("chateau-thierry", "Château-Thierry"),
        ("chateau thierry", "Château-Thierry"),
        ("tiers lieu", "Réseau de tiers-lieux"),
        ("tiers-lieux", "un tiers lieu"),
        ("hôpital", "hôpitaux"),
        ("réseaux", "réseau"),
        ("travail", "travaux"),
        ("travaux", "télétravail, travail"),
        ("publique", "services publics"),
        ("médiatrices", "médiateur"),
        ("l'école", "l’école d’Hirson"),
        ("Saint Quentin", "Saint-Quentin"),
        ("CDN-2026-SANTE-07", "fiche CDN-2026-SANTE-07"),
        ("télé", "téléconsultation"),
        ("5g", "couverture 5G"),
        ("le la les", "n’importe quoi"),
    ],
)
def test_finds(query, text):
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"), [("santé", "éducation"), ("santé école", "santé"), ("lieu", "milieu"), ("%", "100 pour cent")]
)
def test_does_not_find(query, text):
    assert not finds(query, text) or not query_stems(query)


def test_document_holds_each_stem_once_between_spaces():
    assert document("Les collèges", "", None, "collège numérique") == " colleg numer "
    assert document("") == document("et de la") == ""


def test_matching_asks_for_every_stem_in_some_column():
    assert str(matching("tiers lieux", "title", "body")) == (
        "(AND: (OR: ('title__contains', ' tier'), ('body__contains', ' tier')), "
        "(OR: ('title__contains', ' lieu'), ('body__contains', ' lieu')))"
    )
    assert not matching("de la", "title")


@pytest.mark.parametrize(
    "text", ["(test \"'; drop", "100 % _ \\ *", "\x00\u202e", "😀😀", "a" * 50_000, "mot " * 10_000]
)
def test_hostile_queries_are_short_and_hold_nothing_special(text):
    found = query_stems(text)
    assert len(found) <= 10
    assert all(re.fullmatch(r"[^\W_]{1,40}", stem) for stem in found)


@given(st.text(max_size=200))
def test_a_text_is_found_by_itself(text):
    assert finds(text, text)
    assert fold(fold(text)) == fold(text)


def test_threads_do_not_mix_their_words():
    words = [f"{word}{n}s" for n in range(300) for word in ("numérique", "éducation")]
    expected = [stems(word) for word in words]
    from cdn_portal.lib import search

    search._stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(stems, words)) == expected


def test_a_long_text_takes_little_time():
    text = "La médiation numérique dans les tiers-lieux de l’Aisne, pour les aînés. " * 700  # 50,000 characters
    started = time.process_time()
    document(text)
    assert time.process_time() - started < 2
