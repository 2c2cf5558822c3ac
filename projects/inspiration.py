"""Where the examples that inspire a sheet come from.

The library of examples lives on a floor above: it registers itself here when it starts, so that this floor imports
nothing from it.
"""

from dataclasses import dataclass

_sources = []


@dataclass(frozen=True)
class Example:
    """A project carried out elsewhere: its code in the library, what it is, the code of its thematic."""

    code: str
    title: str
    territory: str
    thematic: str


def register(source):
    """Add a function without parameter that returns the examples of a library."""
    if source not in _sources:
        _sources.append(source)


def examples():
    """Return every example of every library, in their order."""
    return [example for source in _sources for example in source()]


def titles():
    """Return {code: title} of every example."""
    return {example.code: example.title for example in examples()}
