"""The forms of the sheet: generated from its declared sections, they read French and give plain values."""

from .creation import NewSheetForm
from .documents import DocumentsForm
from .lookups import Lookups
from .section import SectionForms

__all__ = ["DocumentsForm", "Lookups", "NewSheetForm", "SectionForms"]
