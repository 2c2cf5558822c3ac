"""Accessible PDF files (PDF/UA-1) from templates; the only module that imports WeasyPrint.

WeasyPrint is loaded at the first rendering: it costs a second that the start of a web process need not pay. It reads
nothing but our own static files and images written in the page; whatever else a template or a text of a user asks for
stops the rendering. The same template and context give the same bytes.
"""

import atexit
import logging
import mimetypes
import threading
import urllib.parse
from functools import lru_cache
from pathlib import Path, PurePosixPath
from types import SimpleNamespace

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string

from cdn_portal.lib.glyphs import readable
from cdn_portal.lib.numbers import GROUP, SPACE

# Debian's fonts-liberation2 and fonts-dejavu-core: pdf.css names them, and every character is drawn by one of them.
FAMILIES = ("Liberation Sans", "DejaVu Sans")
SERVED = frozenset({".css", ".svg", ".png", ".jpg", ".jpeg", ".woff2", ".woff", ".ttf", ".otf"})
DATA_IMAGES = ("data:image/png;", "data:image/jpeg;", "data:image/svg+xml;", "data:image/svg+xml,")
SVG = "{http://www.w3.org/2000/svg}"
HEADINGS = {f"h{level}": level for level in range(1, 7)}
LINKS = frozenset({"http", "https", "mailto", "tel"})

# Relative addresses in our stylesheets resolve against static: as they do against http:.
for _schemes in (urllib.parse.uses_relative, urllib.parse.uses_netloc):
    if "static" not in _schemes:
        _schemes.append("static")

# Fonts are shared between renderings, which Pango allows to one thread at a time; it also bounds memory.
_one_at_a_time = threading.Lock()


class PdfError(Exception):
    """The document could not be made; the message is for the log, not for the reader."""


class TooManyPages(PdfError):
    """The document runs over the pages that it may take."""


def render(template, context, *, most_pages=None):
    """Return the PDF/UA-1 file of `template`, a whole HTML page that extends pdf/base.html.

    Raises TooManyPages, before the file is written, when it would have more than `most_pages`. Links must be absolute. Raises PdfError when the page asks for anything outside static files, holds an attachment
    or another kind of link, is nested too deep, or (with PDF_STRICT or DEBUG) when WeasyPrint complains about anything,
    such as a property it does not know, a picture without alternative text or a heading that skips a level.
    """
    # A lone half of a character cannot be encoded: it becomes "?". Our font draws the narrow space too narrow to read.
    markup = render_to_string(template, context).encode(errors="replace").decode().replace(GROUP, SPACE)
    with _one_at_a_time, _Complaints() as complaints:
        content = _write(markup, most_pages)
    if complaints and (settings.DEBUG or getattr(settings, "PDF_STRICT", False)):
        raise PdfError("; ".join(complaints))
    return content


def _write(markup, most_pages):
    engine = _engine()
    fetcher = engine.StaticFetcher()
    try:
        page = engine.HTML(string=markup, base_url=f"static://{settings.STATIC_URL}", url_fetcher=fetcher)
        _clean(page.etree_element)
        for fault in _faults(page.etree_element):
            logging.getLogger("weasyprint.page").error(fault)
        document = page.render(font_config=engine.fonts, pdf_variant="pdf/ua-1")
        _refuse_other_links(document)
        if most_pages and len(document.pages) > most_pages:
            raise TooManyPages(f"{len(document.pages)} pages, {most_pages} at most")
        content = document.write_pdf(pdf_variant="pdf/ua-1")
    except PdfError:
        raise
    except (Exception, engine.FatalURLFetchingError) as error:  # the second is a BaseException
        raise PdfError(f"{type(error).__name__}: {error}"[:500]) from error
    if fetcher.refused:  # an image inside an SVG swallows even a fatal error
        raise PdfError(f"Address refused: {fetcher.refused[0][:200]}")
    return content


def _clean(root):
    """Make every text of the page printable, alternative texts and running headers included; refuse attachments."""
    covered = _covered()
    for element in root.iter():
        if "attachment" in element.get("rel", "").lower().split():
            raise PdfError("A document holds no attachment.")
        element.text = element.text and readable(element.text, covered)
        element.tail = element.tail and readable(element.tail, covered)
        for name, value in element.items():
            if not value.isascii():
                element.set(name, readable(value, covered))


def _faults(root):
    """Yield what breaks PDF/UA and WeasyPrint does not see: pictures without a title, headings empty or skipped."""
    level = 0
    for element in root.iter():
        name = str(element.tag)
        if name == f"{SVG}svg" and not element.findtext(f"{SVG}title", "").strip():
            yield "An SVG has no <title>"
        if name in HEADINGS:
            if HEADINGS[name] > level + 1:
                yield f"<{name}> follows level {level}"
            if not "".join(element.itertext()).strip():
                yield f"<{name}> is empty"
            level = HEADINGS[name]


def _refuse_other_links(document):
    for page in document.pages:
        for kind, target, *_ in page.links:
            if kind != "internal" and urllib.parse.urlsplit(target).scheme not in LINKS:
                raise PdfError(f"Link refused: {target[:200]}")


class _Complaints(logging.Handler):
    """Collects what WeasyPrint logs as a warning or worse while the block runs."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.messages = []

    def emit(self, record):
        self.messages.append(record.getMessage()[:500])

    def __enter__(self):
        logging.getLogger("weasyprint").addHandler(self)
        return self.messages

    def __exit__(self, *exception):
        logging.getLogger("weasyprint").removeHandler(self)


def _static_file(url):
    """Return the path of the static file at `url`, or raise ValueError."""
    parts = urllib.parse.urlsplit(url)
    path = urllib.parse.unquote(parts.path)
    name = path.removeprefix(settings.STATIC_URL)
    if parts.scheme != "static" or parts.netloc or name == path or not _is_plain(name):
        raise ValueError(f"Address refused: {url[:200]}")
    if not settings.DEBUG and hasattr(staticfiles_storage, "hashed_files") and staticfiles_storage.exists(name):
        return Path(staticfiles_storage.path(name))
    if found := finders.find(name):
        return Path(found)
    raise ValueError(f"No such static file: {name[:200]}")


def _is_plain(name):
    """Say whether `name` is a relative path that stays where it is, of a kind that a page shows."""
    pieces = name.split("/")
    return (
        all(piece not in ("", ".", "..") for piece in pieces)
        and name.isprintable()
        and not set(name) & set("\\%:")
        and PurePosixPath(name).suffix.lower() in SERVED
    )


@lru_cache(maxsize=1)
def _engine():
    """Return what we use of WeasyPrint, loaded once."""
    from PIL import ImageFile
    from weasyprint import HTML
    from weasyprint.text.ffi import ffi, fontconfig
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    # WeasyPrint makes Pillow accept images cut short, in the whole process: documents sent by people must not pass so.
    ImageFile.LOAD_TRUNCATED_IMAGES = False

    class StaticFetcher(URLFetcher):
        """Gives static files and images written in the page; anything else stops the rendering."""

        def __init__(self):
            super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)
            self.refused = []

        def fetch(self, url, headers=None):
            try:
                if url.lower().startswith(DATA_IMAGES):
                    return super().fetch(url)
                path = _static_file(url)
            except Exception:
                self.refused.append(url)
                raise
            kind = mimetypes.guess_type(path.name)[0] or "font/woff2"
            # Without a content type, a stylesheet would be left out with no more than a line in the log.
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    # Fonts of static files are copied to a temporary folder, removed while Python can still do it.
    atexit.register(_engine.cache_clear)
    return SimpleNamespace(
        HTML=HTML,
        FatalURLFetchingError=FatalURLFetchingError,
        StaticFetcher=StaticFetcher,
        fonts=FontConfiguration(),
        ffi=ffi,
        fontconfig=fontconfig,
    )


@lru_cache(maxsize=1)
def _covered():
    """Return the code points that the fonts of FAMILIES draw, read from the font files."""
    from fontTools.ttLib import TTFont

    points = set()
    for path in _font_files():
        with TTFont(path, lazy=True) as font:
            points.update(font.getBestCmap())
    return frozenset(points)


def _font_files():
    """Return the upright regular file of each family; PdfError when one is not installed."""
    ffi, fontconfig = _engine().ffi, _engine().fontconfig
    config = ffi.gc(fontconfig.FcInitLoadConfigAndFonts(), fontconfig.FcConfigDestroy)
    fonts = fontconfig.FcConfigGetFonts(config, fontconfig.FcSetSystem)
    value = ffi.new("FcChar8 **")

    def read(pattern, name):
        found = fontconfig.FcPatternGetString(pattern, name, 0, value) == fontconfig.FcResultMatch
        return ffi.string(value[0]).decode() if found else ""

    regular = {}
    for index in range(fonts.nfont):
        pattern = fonts.fonts[index]
        if read(pattern, b"style") in ("Regular", "Book"):
            regular[read(pattern, b"family")] = read(pattern, b"file")
    if missing := [family for family in FAMILIES if family not in regular]:
        raise PdfError(f"Fonts not installed: {', '.join(missing)}")
    return [regular[family] for family in FAMILIES]
