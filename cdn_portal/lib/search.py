"""Search that knows French: accents, plurals, feminines, ligatures, apostrophes and hyphens.

The same answers on SQLite and PostgreSQL: a text column holds the stems of what can be found (`document`), and a
query is an AND of LIKE, one for each stem (`matching`). Both sides go through `stems`, so they always agree.
"""

import re
import threading
import unicodedata
from functools import lru_cache

from django.db.models import Q

LONGEST_WORD = 40
MOST_QUERY_STEMS = 10

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
_WORD = re.compile(r"[^\W_]+")
# The plural of these words says nothing of their singular: "-aux" would give "-al".
_IRREGULAR = {"travaux": "travail", "baux": "bail", "vitraux": "vitrail", "yeux": "oeil"}
_STOP_WORDS = frozenset(
    """
    afin ai ainsi alors apres as au aucun aucune aussi autre autres aux avant avec avoir car ce ceci cela celle celles
    celui ces cet cette ceux chaque chez comme comment dans de depuis des dont du elle elles en encore entre es est et
    etaient etait ete etes etre eu eux fait faire font ici il ils je la le les leur leurs lors lui ma mais me meme
    memes mes moi moins mon ne ni nos notre nous on ont or ou par parce pas pendant peu peut plus pour pourquoi qu quand
    que quel quelle quelles quels qui quoi sa sans se sera ses si soit son sont sous sur ta te tes toi ton tous tout
    toute toutes tres tu un une vers vos votre vous
    """.split()  # noqa: SIM905 - a list of a hundred quoted words reads worse
)
_lock = threading.Lock()


def fold(text):
    """Return `text` in lower case, without accents, with œ and æ opened."""
    decomposed = unicodedata.normalize("NFKD", str(text)).lower()
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_LIGATURES)


def stems(text):
    """Return the stems of `text` in order, without stop words and single letters."""
    words = (word[:LONGEST_WORD] for word in _WORD.findall(fold(text)))
    return [_stem(word) for word in words if word not in _STOP_WORDS and (len(word) > 1 or word.isdigit())]


def document(*texts):
    """Return what a search column holds for these texts: " stem stem ", each stem once; "" when there is none."""
    found = dict.fromkeys(stem for text in texts if text for stem in stems(text))
    return f" {' '.join(found)} " if found else ""


def query_stems(text):
    """Return the stems that a document must hold to answer `text`, each once, ten at most."""
    return list(dict.fromkeys(stems(text)))[:MOST_QUERY_STEMS]


def matching(text, *columns):
    """Return the condition "each stem of `text` begins a stem of one of these columns"; always true without stems.

    Stems hold only letters and digits, so nothing in them means something to LIKE.
    """
    condition = Q()
    for stem in query_stems(text):
        somewhere = Q()
        for column in columns:
            somewhere |= Q(**{f"{column}__contains": f" {stem}"})
        condition &= somewhere
    return condition


@lru_cache(maxsize=50_000)
def _stem(word):
    """Return the stem of a folded word: Snowball's, with the plurals and feminines it leaves apart joined again."""
    word = _IRREGULAR.get(word, word)
    word = re.sub(r"trices?$", "teur", word)
    with _lock:  # the stemmer keeps its work in attributes
        stem = _stemmer().stemWord(word)
    if stem.endswith("eux"):  # lieux, lieu; and heureux as heureuse
        return stem[:-1]
    return stem[:-2] + "c" if stem.endswith("qu") else stem  # publique, public


@lru_cache(maxsize=1)
def _stemmer():
    import snowballstemmer  # thirty languages: not worth loading before the first search

    return snowballstemmer.stemmer("french")
