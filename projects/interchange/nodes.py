"""Reading of untrusted JSON, value by value: each fault is noted with its place, and reading goes on."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

MISSING = object()


@dataclass(frozen=True)
class Fault:
    """What is wrong in a file: in which sheet, in which field, and in words."""

    sheet: str
    field: str
    sentence: str

    def __str__(self):
        return " : ".join(part for part in (self.sheet, self.field, self.sentence) if part)


class Node:
    """An object of the file and its path; wrong values are noted in `faults` and read as empty."""

    def __init__(self, value, path, note, known):
        self.path, self.note = path, note
        self.value = value if isinstance(value, dict) else {}
        if value is not MISSING and not isinstance(value, dict):
            note(path, "un objet { … } est attendu.")
        for key in self.value.keys() - set(known):
            note(self.at(key), "ce champ n'existe pas dans le format.")

    def at(self, key):
        """Return the path of a field."""
        return f"{self.path}.{key}" if self.path else key

    def fault(self, key, sentence):
        """Note what is wrong with a field."""
        self.note(self.at(key), sentence)

    def has(self, key):
        """True when the field is there and not null."""
        return self.value.get(key) is not None

    def _get(self, key, kinds, expected, needed, empty):
        value = self.value.get(key)
        if value is None:
            if needed:
                self.fault(key, "ce champ est obligatoire.")
            return empty
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            self.fault(key, f"{expected} est attendu.")
            return empty
        return value

    def text(self, key, *, needed=False):
        """Return a text, "" when there is none."""
        value = self._get(key, (str,), "un texte", needed, "")
        problem = bad_characters(value)
        if problem:
            self.fault(key, problem)
            return ""
        if needed and isinstance(self.value.get(key), str) and not value.strip():
            self.fault(key, "ce champ est obligatoire.")
        return value

    def flag(self, key):
        """Return true or false, false when nothing is said."""
        return self._get(key, (bool,), "vrai ou faux", False, False)

    def number(self, key, *, needed=False):
        """Return a Decimal, or None."""
        value = self._get(key, (int, float, Decimal), "un nombre", needed, None)
        found = None if value is None else Decimal(str(value))
        if found is not None and not found.is_finite():
            self.fault(key, "un nombre est attendu.")
            return None
        return found

    def day(self, key, *, needed=False):
        """Return a date written AAAA-MM-JJ, or None."""
        value = self.text(key, needed=needed)
        if not value:
            return None
        try:
            found = date.fromisoformat(value)
        except ValueError:
            found = None
        if found is None or found.isoformat() != value:
            self.fault(key, f"« {value[:40]} » n'est pas une date AAAA-MM-JJ.")
            return None
        return found

    def choice(self, key, table, *, needed=False, empty=""):
        """Return the code of a word of a closed list."""
        word = self.text(key, needed=needed)
        if not word:
            return empty
        if word not in table:
            self.fault(key, f"« {word[:60]} » n'est pas prévu ; choisissez parmi : {', '.join(table)}.")
            return empty
        return table[word]

    def node(self, key, known, *, needed=False):
        """Return an object of the object."""
        value = self.value.get(key)
        if value is None and needed:
            self.fault(key, "ce champ est obligatoire.")
        return Node(MISSING if value is None else value, self.at(key), self.note, known)

    def items(self, key):
        """Return (path, value) of each item of a list; items are counted from 1."""
        found = self._get(key, (list,), "une liste [ … ]", False, [])
        return [(f"{self.at(key)}[{rank}]", value) for rank, value in enumerate(found, start=1)]

    def nodes(self, key, known):
        """Return the objects of a list."""
        return [Node(value, path, self.note, known) for path, value in self.items(key)]

    def texts(self, key):
        """Return the texts of a list, one line each."""
        kept = []
        for path, value in self.items(key):
            problem = _one_line_problem(value)
            if problem:
                self.note(path, problem)
            else:
                kept.append(value)
        return kept


def bad_characters(text):
    """Return why a text cannot be stored, or None."""
    if "\x00" in text:
        return "ce texte contient un caractère nul."
    try:
        text.encode()
    except UnicodeEncodeError:
        return "ce texte contient un caractère incomplet."
    return None


def _one_line_problem(value):
    if not isinstance(value, str) or not value.strip():
        return "un texte est attendu."
    if len(value.splitlines()) > 1 or value != value.strip():
        return "ce texte tient sur une seule ligne, sans espace au début ni à la fin."
    return bad_characters(value)
