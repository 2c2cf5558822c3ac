"""The exchange format of sheets: JSON files that other tools write and read (docs/import.md).

`load(document)` stores the sheets of a file, all or none; `write(sheet)` gives one back in the same format. Codes and
French words correspond in `tables`, sums are recomputed in `totals`, and nothing that the format says is lost.
"""

from .loading import ImportRefused, Report, load
from .reading import Fault, parse
from .writing import document, write

__all__ = ["Fault", "ImportRefused", "Report", "document", "load", "parse", "write"]
