"""The PDF documents of a sheet: what each depends on, how it is made, where it is kept.

A document is made from its facts alone, plain values gathered once: the same facts give the same bytes. Those of frozen
versions are kept under VAR_DIR/pdf, by the hash of their facts and of the layout; the folder may be emptied at any time.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from cdn_portal.lib import pdf
from cdn_portal.lib.shelf import Shelf

from . import content, history, inspiration, printing

SHEET_PAGES = 2
LONG = 60_000  # characters of a content, codes and names of fields included; a normal sheet has 10 000
# Whatever changes the look or the words of a document makes it another document.
LAYOUT = (
    "templates/pdf/*.html",
    "static/css/pdf.css",
    "static/css/tokens.css",
    "static/fonts/*.woff2",
    "static/icons/sprite.svg",
    "cdn_portal/lib/*.py",
    "projects/*.py",
    "projects/models/*.py",
    "projects/printing/*.py",
    "requirements.lock",
)


@dataclass(frozen=True)
class Kind:
    """A kind of document: its template, what is added to the name of the file, how its bytes are made."""

    template: str
    suffix: str
    render: Callable


@dataclass(frozen=True)
class Document:
    """One document of one sheet, in one state."""

    kind: str
    facts: dict

    @property
    def name(self):
        """The name of the file: CDN-2026-SANTE-07.pdf."""
        preview = "" if self.facts["version"] else "-apercu"
        return f"{self.facts['key']}{KINDS[self.kind].suffix}{preview}.pdf"

    @cached_property
    def key(self):
        """What tells this document from every other: a hash of its facts and of the layout."""
        text = json.dumps([self.kind, layout(), self.facts], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def read(self):
        """Return the bytes of the PDF file; those of a frozen version are made once. Raises pdf.PdfError."""
        if settings.DEBUG or not self.facts["version"]:
            return self.render()
        return _shelf().get(self.key, self.render)

    def render(self):
        """Make the PDF file, whatever is kept."""
        kind = KINDS[self.kind]
        return kind.render(kind.template, self.facts)


def document(kind, sheet, version=None):
    """Return the document `kind` (of KINDS) of a frozen version of `sheet`, or the preview of what is being written."""
    return Document(kind, facts(sheet, version))


def facts(sheet, version=None):
    """Return all that a document of `sheet` says, as plain values."""
    frozen = version.content if version else content.frozen(sheet)
    return {
        "key": sheet.key,
        "reference": sheet.reference or "",
        "status": sheet.status,
        "delivery_status": sheet.delivery_status,
        "weather": sheet.weather,
        "weather_sentence": sheet.weather_sentence,
        "frozen": frozen,
        "use_cases": _use_cases(frozen),
        "version": version.number if version else None,
        "sha256": version.sha256 if version else content.digest(frozen),
        "date": _day(version.frozen_at if version else sheet.updated_at),
        "events": [[event["date"], event["title"], event["version"]] for event in history.events(sheet)],
    }


def _use_cases(frozen):
    """Return {code: title} of the examples that a content names."""
    named = {row["use_case"] for row in frozen["content"]["rows"]["inspirations"]}
    return {code: title for code, title in inspiration.titles().items() if code in named} if named else {}


def _day(moment):
    return timezone.localdate(moment).isoformat()


def _render_sheet(template, facts):
    """Set the lines closer when that holds the sheet on two pages; let a longer one flow."""
    for is_close in () if _is_long(facts) else (False, True):
        try:
            return pdf.render(template, printing.sheet_page(facts, is_close=is_close), most_pages=SHEET_PAGES)
        except pdf.TooManyPages:
            continue
    return pdf.render(template, printing.sheet_page(facts))


def _is_long(facts):
    """True when two pages cannot be enough: no need to try."""
    return len(json.dumps(facts["frozen"])) > LONG


def _render_brief(template, facts):
    """Write smaller, then shorter, until the note holds on its page."""
    for size, room in printing.FITS[:-1]:
        try:
            return pdf.render(template, printing.brief_page(facts, size, room), most_pages=1)
        except pdf.TooManyPages:
            continue
    return pdf.render(template, printing.brief_page(facts, *printing.FITS[-1]), most_pages=1)


KINDS = {
    "sheet": Kind("pdf/sheet.html", "", _render_sheet),
    "brief": Kind("pdf/brief.html", "-note", _render_brief),
}


@lru_cache(maxsize=1)
def layout():
    """Return the hash of every file that shapes a document, so that a new release makes them again."""
    total = hashlib.sha256()
    for pattern in LAYOUT:
        for path in sorted(settings.BASE_DIR.glob(pattern)):
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _shelf():
    return Shelf(Path(settings.VAR_DIR) / "pdf", ".pdf", _is_whole)


def _is_whole(content):
    return content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
