"""Documents that people send: what is accepted, and why the rest is refused.

The content decides, never the type that a browser claims; the name only has to agree with it. Nothing is executed and
nothing is written to disk. A document that passes is still served as an attachment, never shown within the site.
"""

import hashlib
import io
import re
import unicodedata
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE
MAX_NAME = 150
MAX_PIXELS = 50_000_000
MAX_ENTRIES = 3_000
MAX_UNPACKED = 100 * MEGABYTE
KEPT = 4 * MEGABYTE  # of each entry, enough for what is searched in it
MAX_RATIO = 200  # compressed XML reaches 30 to 60; a bomb 1,000

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
}
EXTENSIONS = {kind: kind for kind in CONTENT_TYPES} | {"jpeg": "jpg"}
ACCEPT = ",".join(f".{extension}" for extension in EXTENSIONS)  # for the accept attribute of the file field

_EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # .doc and .xls, and what Word and Excel make of a password
_PAGE = re.compile(rb"<\s*(?:script|html|iframe|svg|object|embed|!doctype\s+html|\?php)\b", re.IGNORECASE)
_PDF_PROGRAM = re.compile(rb"/(?:JavaScript|Launch|RichMedia)\b")
_ENTITY = re.compile(rb"<!ENTITY|<!DOCTYPE[^>]*\[", re.IGNORECASE)
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_REMOTE_PART = re.compile(rb"/(?:attachedTemplate|oleObject|frame|subDocument)[\"']")
_PROGRAM = re.compile(rb"/(?:JavaScript|Launch|RichMedia)\b")
_ENTITY = re.compile(rb"<!(?:ENTITY|DOCTYPE)", re.IGNORECASE)
_REMOTE_PART = re.compile(
    rb"<Relationship\b[^>]*?(?:attachedTemplate|oleObject|frame|subDocument)\"[^>]*>", re.IGNORECASE
)
_PROGRAM = re.compile(
    r"\.(?:exe|dll|com|scr|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|jar|msi|lnk|html?|svgz?|php)$", re.IGNORECASE
)
_MACRO_ENTRY = re.compile(
    r"(?:^|/)(?:vbaproject\.bin|vbadata\.xml|activex/|macrosheets/|dialogsheets/|scripts/"
    r"|basic/[^/]+/(?!script-lb\.xml|dialog-lb\.xml)[^/]+\.xml$)",
    re.IGNORECASE,
)
_OOXML_MAIN = {
    "docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)


class UploadRefused(Exception):
    """The document is refused; the message is a French sentence for its sender."""


@dataclass(frozen=True)
class Upload:
    """What is known of an accepted document; `name` is clean and its content agrees with it."""

    kind: str
    content_type: str
    name: str
    size: int
    sha256: str


def check(file, name, *, max_bytes=MAX_BYTES):
    """Return the Upload of a binary `file` open for reading, called `name` by its sender; or raise UploadRefused.

    Reads at most `max_bytes` + 1, and leaves the file at its start.
    """
    clean = clean_name(name)
    kind = EXTENSIONS.get(PurePosixPath(clean).suffix[1:].lower())
    if not kind:
        raise UploadRefused("Ce type de document n’est pas accepté : envoyez un PDF, ODT, DOCX, ODS, XLSX, PNG ou JPG.")
    file.seek(0)
    data = file.read(max_bytes + 1)
    file.seek(0)
    if not data:
        raise UploadRefused("Ce document est vide.")
    if len(data) > max_bytes:
        raise UploadRefused(f"Ce document dépasse {max_bytes // MEGABYTE or 1} Mo.")
    if _EICAR in data:
        raise _virus()
    _CHECKS[kind](data, kind)
    return Upload(kind, CONTENT_TYPES[kind], clean, len(data), hashlib.sha256(data).hexdigest())


def clean_name(name):
    """Return a file name that is safe to store, show and save on any system, with its extension."""
    text = unicodedata.normalize("NFC", str(name).encode(errors="replace").decode())
    text = re.split(r"[/\\]", text)[-1]
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    text = " ".join(re.sub(r'[<>:"|?*%]', "_", text).split()).strip(". ")
    stem, dot, extension = text.rpartition(".")
    if not dot:
        stem, extension = text, ""
    stem = stem.strip(". ")[: MAX_NAME - len(dot + extension[:10])].strip(". ") or "document"
    if _RESERVED.match(stem):
        stem = f"_{stem}"[: MAX_NAME - len(dot + extension[:10])]
    return f"{stem}{dot}{extension[:10]}"


def _mismatch(kind):
    return UploadRefused(
        f"Le contenu de ce document n’est pas celui d’un fichier {kind.upper()} : "
        "enregistrez-le de nouveau dans ce format, puis renvoyez-le."
    )


def _virus():
    return UploadRefused("Ce document contient un virus : il a été refusé.")


def _macros():
    return UploadRefused("Ce document contient des macros : enregistrez-le sans macros, puis renvoyez-le.")


def _protected():
    return UploadRefused(
        "Ce document est protégé par un mot de passe ou d’un format ancien : "
        "enregistrez-le sans mot de passe dans un format récent, puis renvoyez-le."
    )


def _refuse_second_nature(data, parts):
    """Refuse a file that a browser or an archiver would also read as something else."""
    if any(_PAGE.search(part) for part in parts) or zipfile.is_zipfile(io.BytesIO(data)):
        raise UploadRefused("Ce document cache un autre contenu (page web ou archive) : il a été refusé.")


def _check_pdf(data, kind):
    end = data.rfind(b"%%EOF")
    if not data[:16].lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        raise _mismatch(kind)
    if end < 0:
        raise UploadRefused("Ce PDF est incomplet : exportez-le de nouveau, puis renvoyez-le.")
    _refuse_second_nature(data, (data[:1024], data[end:]))
    if _PDF_PROGRAM.search(data):
        raise UploadRefused(
            "Ce PDF contient un programme : ouvrez-le, imprimez-le « au format PDF », puis envoyez la copie."
        )


def _check_image(data, kind):
    from PIL import Image

    real = {"png": "PNG", "jpg": "JPEG"}[kind]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=[real])
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except Exception as error:
        raise _mismatch(kind) from error
    _refuse_second_nature(data, (data[:4096], data[-4096:]))
    if image.width * image.height * getattr(image, "n_frames", 1) > MAX_PIXELS:
        raise _too_many_pixels()
    try:
        image.load()
    except Exception as error:
        raise UploadRefused("Cette image est abîmée : enregistrez-la de nouveau, puis renvoyez-la.") from error


def _too_many_pixels():
    return UploadRefused(f"Cette image est trop grande : {MAX_PIXELS // 1_000_000} millions de points au plus.")


def _check_office(data, kind):
    """Check an OOXML or ODF document: an archive whose every entry is read, within limits."""
    if data.startswith(_OLD_OFFICE):
        raise _protected()
    if not data.startswith(b"PK\x03\x04"):
        raise _mismatch(kind)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_entries(archive.infolist())
            if not _is_whole(data, archive):
                raise _badly_made()
            declared = {entry.filename: _check_entry(archive, entry) for entry in archive.infolist()}
            first = archive.infolist()[0].filename
    except UploadRefused:
        raise
    except Exception as error:  # zipfile, zlib and struct each have their own
        raise UploadRefused("Ce document est abîmé : enregistrez-le de nouveau, puis renvoyez-le.") from error
    if not (_is_ooxml(declared, kind) if kind in _OOXML_MAIN else _is_odf(declared, first, kind)):
        raise _mismatch(kind)


def _badly_made():
    return UploadRefused("Ce document est mal construit : enregistrez-le de nouveau, puis renvoyez-le.")


def _is_whole(data, archive):
    """Say whether the archive is the whole file: nothing before it, after it, or in its comment."""
    starts_at = min(entry.header_offset for entry in archive.infolist())
    return starts_at == 0 and data.rfind(b"PK\x05\x06") + 22 == len(data)


def _check_entries(entries):
    names = [entry.filename for entry in entries]
    unpacked = sum(entry.file_size for entry in entries)
    bombs = (entry.file_size > MEGABYTE and entry.file_size > MAX_RATIO * entry.compress_size for entry in entries)
    if not entries or len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or any(bombs):
        raise UploadRefused("Ce document est démesuré une fois ouvert : il a été refusé.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise _protected()
    if len({name.lower() for name in names}) < len(names) or not all(map(_stays_inside, entries)):
        raise _badly_made()
    if any(_MACRO_ENTRY.search(name) for name in names):
        raise _macros()
    if any(_PROGRAM.search(name) for name in names):
        raise UploadRefused(
            "Ce document contient un programme ou une page web : retirez-le, puis renvoyez le document."
        )


def _stays_inside(entry):
    name, mode = entry.orig_filename, entry.external_attr >> 16
    is_link = mode & 0o170000 == 0o120000
    odd = set(name) & set("\\:\x00") or name.startswith("/") or not name.isprintable()
    return not odd and not is_link and ".." not in name.split("/")


def _check_entry(archive, entry):
    """Read an entry whole, refuse what hides in it, and return its first bytes when they say what the document is.

    The checksum, verified at the end of the entry, proves that the size it declares is true.
    """
    with archive.open(entry) as stream:
        content = stream.read(KEPT)
        while stream.read(MEGABYTE):
            pass
    name = entry.filename
    if _EICAR in content:
        raise _virus()
    if name == "META-INF/manifest.xml" and b"encryption-data" in content:
        raise _protected()
    if name.endswith((".xml", ".rels", ".rdf")) and _ENTITY.search(content.replace(b"\x00", b"")):
        raise _badly_made()
    if name.endswith(".rels") and any(map(_is_remote_part, _RELATIONSHIP.findall(content))):
        raise UploadRefused("Ce document va chercher un contenu ailleurs : retirez ce lien, puis renvoyez-le.")
    return content if name in ("mimetype", "[Content_Types].xml") else b""


def _is_remote_part(relationship):
    return b"External" in relationship and _REMOTE_PART.search(relationship)


def _is_odf(declared, first, kind):
    right_type = declared.get("mimetype", b"").strip() == CONTENT_TYPES[kind].encode()
    return right_type and first == "mimetype" and "content.xml" in declared


def _is_ooxml(declared, kind):
    types = declared.get("[Content_Types].xml", b"")
    if b"macroEnabled" in types:
        raise _macros()
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[kind]
    return _OOXML_MAIN[kind] in types and main in declared and "_rels/.rels" in declared


_CHECKS = {
    "pdf": _check_pdf,
    "png": _check_image,
    "jpg": _check_image,
    "odt": _check_office,
    "ods": _check_office,
    "docx": _check_office,
    "xlsx": _check_office,
}
