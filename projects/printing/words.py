"""Words for the page: what is shown, listed, counted; what says nothing is left out."""

from dataclasses import dataclass

from cdn_portal.lib import dates
from cdn_portal.lib.numbers import SPACE, number

MOST_LINES = 100  # of one text, each on its own
LINE = 200  # characters of short entries that read better one after the other


@dataclass(frozen=True)
class Item:
    """A label and what it says: paragraphs, or the entries of a list.

    The label holds on a line: one cut by the end of a page would be printed twice.
    """

    label: str
    lines: tuple
    is_list: bool = False


@dataclass(frozen=True)
class Block:
    """A heading and its items; never empty."""

    heading: str
    items: list


def item(label, lines, *, is_list=False):
    """Return an Item, or None when it would say nothing; a list of one entry is a paragraph."""
    lines = tuple(line for line in lines if line)
    return Item(label, lines, is_list and len(lines) > 1) if lines else None


def items(found):
    """Return the Items that say something."""
    return [each for each in found if each]


def blocks(*found):
    """Return the Blocks of (heading, items) that say something."""
    return [Block(heading, items(inside)) for heading, inside in found if items(inside)]


def shown(text):
    """Return `text` without the blanks around; "" when nothing of it would be seen."""
    text = (text or "").strip()
    return text if any(character.isprintable() and not character.isspace() for character in text) else ""


def paragraphs(text):
    """Return the lines of a text that show something; lines without end are set one after the other."""
    lines = [line for part in (text or "").splitlines() if (line := shown(part))]
    return lines if len(lines) <= MOST_LINES else [" · ".join(lines)]


def sentence(words):
    """Return several choices as one enumeration: a capital at the start only, acronyms as they are."""
    return ", ".join(
        word if rank == 0 or word[1:2].isupper() else word[:1].lower() + word[1:] for rank, word in enumerate(words)
    )


def label_of(listed, value):
    """Return the words of a value of a closed list, the value itself when the list has lost it, "" for none."""
    return "" if value in (None, "") else str(dict(listed).get(value, value))


def many(count, one, several):
    """Return « 3 communes », "" for none."""
    return f"{number(count)}{SPACE}{several if count > 1 else one}" if count else ""


def capital(text):
    """Return `text` with a capital at the start, the rest as it is."""
    return text[:1].upper() + text[1:]


def day(value):
    """Return an ISO date in words, "" for none."""
    return dates.display(value)
