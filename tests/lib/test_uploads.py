import hashlib
import io
import time
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cdn_portal.lib.uploads import CONTENT_TYPES, MAX_NAME, Upload, UploadRefused, check, clean_name

ODT, ODS = CONTENT_TYPES["odt"].encode(), CONTENT_TYPES["ods"].encode()
DOCX, XLSX = CONTENT_TYPES["docx"].encode(), CONTENT_TYPES["xlsx"].encode()
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def archive(entries, **more):
    """Return a zip of (name or ZipInfo, content) pairs, the first one stored."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for rank, (name, content) in enumerate({**dict(entries), **more}.items()):
            file.writestr(name, content, zipfile.ZIP_DEFLATED if rank else zipfile.ZIP_STORED)
    return out.getvalue()


def odf(kind=ODT, extra=()):
    return archive([("mimetype", kind), ("content.xml", b"<x/>"), ("META-INF/manifest.xml", b"<m/>"), *extra])


def ooxml(kind=DOCX, extra=(), types=None):
    main = "word/document.xml" if kind is DOCX else "xl/workbook.xml"
    types = types or kind + b".main+xml"
    return archive([("[Content_Types].xml", types), ("_rels/.rels", b"<r/>"), (main, b"<x/>"), *extra])


def image(kind, size=(30, 20), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "#336699").save(out, kind, **options)
    return out.getvalue()


def huge_png():
    """A PNG of 400 million points in a few hundred bytes: only its header says so."""
    header = b"IHDR" + (20_000).to_bytes(4) * 2 + b"\x08\x02\x00\x00\x00"
    data = b"IDAT" + zlib.compress(b"\x00" * 1000)
    chunks = [len(chunk[4:]).to_bytes(4) + chunk + zlib.crc32(chunk).to_bytes(4) for chunk in (header, data, b"IEND")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def lying_archive():
    """An ODT of which an entry declares one byte, in both headers, and holds many."""
    size = 54_321
    return odf(extra=[("a.xml", b"0" * size)]).replace(size.to_bytes(4, "little"), (1).to_bytes(4, "little"))


def link_entry():
    entry = zipfile.ZipInfo("word/media/link")
    entry.external_attr = 0o120777 << 16
    return entry


def twice():
    out = io.BytesIO(ooxml())
    with zipfile.ZipFile(out, "a") as file:
        file.writestr("WORD/document.xml", b"other")
    return out.getvalue()


ACCEPTED = {
    "rapport.pdf": ("pdf", PDF),
    "avec-bom.PDF": ("pdf", b"\xef\xbb\xbf\n" + PDF),
    "note.odt": ("odt", odf()),
    "plan.ods": ("ods", odf(ODS)),
    "bibliothèque vide.odt": (
        "odt",
        odf(extra=[("Basic/Standard/script-lb.xml", b"<x/>"), ("Object 1/content.xml", b"")]),
    ),
    "note.docx": ("docx", ooxml(extra=[("word/media/image1.png", image("PNG"))])),
    "liens.docx": (
        "docx",
        ooxml(extra=[("word/_rels/document.xml.rels", b'<Relationship Type="x/hyperlink" TargetMode="External"/>')]),
    ),
    "plan.xlsx": ("xlsx", ooxml(XLSX)),
    "photo.png": ("png", image("PNG")),
    "photo.jpg": ("jpg", image("JPEG")),
    "photo.JPEG": ("jpg", image("JPEG", progressive=True)),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepts(name):
    kind, data = ACCEPTED[name]
    file = io.BytesIO(data)
    file.seek(5)
    assert check(file, name) == Upload(kind, CONTENT_TYPES[kind], name, len(data), hashlib.sha256(data).hexdigest())
    assert file.tell() == 0


REMOTE = b'<Relationship TargetMode="External" Target="https://x.example/t.dotm" Type="http://x/attachedTemplate"/>'
TYPE, CONTENT, HIDDEN, MADE = ("type de document", "contenu de ce document", "cache un autre contenu", "mal construit")
HOSTILE = {  # what it is: (name, content, a part of the sentence)
    "svg": ("dessin.svg", b"<svg onload='alert(1)'/>", TYPE),
    "html": ("page.html", b"<script>alert(1)</script>", TYPE),
    "program": ("outil.exe", b"MZ", TYPE),
    "program with two extensions": ("rapport.pdf.exe", b"MZ", TYPE),
    "extension turned over": ("rapport\u202efdp.exe", PDF, TYPE),
    "macro extension": ("note.docm", ooxml(), TYPE),
    "no extension": ("rapport", PDF, TYPE),
    "only an extension": (".pdf", PDF, TYPE),
    "nothing": ("vide.pdf", b"", "vide"),
    "60 MB": ("gros.pdf", PDF + b" " * 60 * 1024 * 1024, "dépasse 20 Mo"),
    "svg called png": ("dessin.png", b"<svg onload='alert(1)'/>", CONTENT),
    "html called pdf": ("page.pdf", b"<html><script>alert(1)</script>" + PDF, CONTENT),
    "pdf late in the file": ("page.pdf", b" " * 20 + PDF, CONTENT),
    "program called pdf": ("outil.pdf", b"MZ\x90\x00" + b"\x00" * 100, CONTENT),
    "jpg called png": ("photo.png", image("JPEG"), CONTENT),
    "gif called jpg": ("photo.jpg", image("GIF"), CONTENT),
    "docx called xlsx": ("note.xlsx", ooxml(DOCX), CONTENT),
    "docx called odt": ("note.odt", ooxml(DOCX), CONTENT),
    "zip called docx": ("note.docx", archive([("lisez-moi.txt", b"x")]), CONTENT),
    "odt whose type is not first": ("note.odt", archive([("content.xml", b"<x/>"), ("mimetype", ODT)]), CONTENT),
    "template called odt": ("note.odt", odf(ODT + b"-template"), CONTENT),
    "pdf cut short": ("rapport.pdf", PDF[:60], "incomplet"),
    "pdf and html": ("rapport.pdf", b"%PDF-1.7\n<script>alert(1)</script>" + PDF, HIDDEN),
    "pdf then html": ("rapport.pdf", PDF + b"<html><body onload=alert(1)>", HIDDEN),
    "pdf then zip": ("rapport.pdf", PDF + archive([("x.jar", b"x")]), HIDDEN),
    "png then php": ("photo.png", image("PNG") + b"<?php system($_GET[0]);", HIDDEN),
    "jpg with a page as comment": ("photo.jpg", image("JPEG", comment=b"<script>alert(1)</script>"), HIDDEN),
    "jpg then zip": ("photo.jpg", image("JPEG") + archive([("x.jar", b"x")]), HIDDEN),
    "pdf with a script": (
        "rapport.pdf",
        PDF.replace(b"/Type", b"/OpenAction<</S/JavaScript/JS(x)>>/Type"),
        "programme",
    ),
    "pdf that launches": ("rapport.pdf", PDF.replace(b"/Type", b"/OpenAction<</S/Launch/F(cmd)>>/Type"), "programme"),
    "pixel flood": ("photo.png", huge_png(), "millions de points"),
    "image cut short": ("photo.jpg", image("JPEG", (900, 900))[:3000], "abîmée"),
    "zip bomb": ("note.docx", ooxml(extra=[("word/big.xml", b"0" * 30_000_000)]), "démesuré"),
    "zip of many": ("note.docx", ooxml(extra=[(f"word/{n}.xml", b"") for n in range(3_001)]), "démesuré"),
    "zip that lies on sizes": ("note.odt", lying_archive(), "abîmé"),
    "zip cut short": ("note.docx", ooxml()[:-30], "abîmé"),
    "zip slip": ("note.docx", ooxml(extra=[("../../etc/cron.d/x", b"x")]), MADE),
    "zip with an absolute path": ("note.docx", ooxml(extra=[("/etc/passwd", b"x")]), MADE),
    "zip with a link": ("note.docx", ooxml(extra=[(link_entry(), b"/etc/passwd")]), MADE),
    "zip with a name twice": ("note.docx", twice(), MADE),
    "zip then html": ("note.docx", ooxml() + b"<script>alert(1)</script>", MADE),
    "zip before another": ("note.docx", archive([("x", b"x")]) + ooxml(), MADE),
    "entities": ("note.docx", ooxml(extra=[("word/x.xml", b'<!DOCTYPE x [<!ENTITY a "b">]>')]), MADE),
    "macros in docx": ("note.docx", ooxml(extra=[("word/vbaProject.bin", b"x")]), "macros"),
    "macros declared": (
        "note.docx",
        ooxml(types=b"application/vnd.ms-word.document.macroEnabled.main+xml " + DOCX + b".main+xml"),
        "macros",
    ),
    "old macros in xlsx": ("plan.xlsx", ooxml(XLSX, extra=[("xl/macrosheets/sheet1.xml", b"x")]), "macros"),
    "macros in odt": ("note.odt", odf(extra=[("Basic/Standard/Module1.xml", b"x")]), "macros"),
    "scripts in ods": ("plan.ods", odf(ODS, extra=[("Scripts/python/x.py", b"x")]), "macros"),
    "program in docx": ("note.docx", ooxml(extra=[("word/embeddings/outil.exe", b"MZ")]), "un programme"),
    "password in odt": (
        "note.odt",
        archive([("mimetype", ODT), ("content.xml", b""), ("META-INF/manifest.xml", b"<m:encryption-data/>")]),
        "mot de passe",
    ),
    "old doc called docx": ("note.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "mot de passe"),
    "template from elsewhere": ("note.docx", ooxml(extra=[("word/_rels/settings.xml.rels", REMOTE)]), "ailleurs"),
    "virus": ("rapport.pdf", PDF + EICAR, "virus"),
    "virus in docx": ("note.docx", ooxml(extra=[("word/media/x.bin", EICAR)]), "virus"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_refuses(what):
    name, data, sentence = HOSTILE[what]
    started = time.process_time()
    with pytest.raises(UploadRefused, match=sentence) as refusal:
        check(io.BytesIO(data), name)
    assert time.process_time() - started < 5
    assert str(refusal.value).endswith(".")


def test_refuses_a_protected_document():
    data = bytearray(ooxml())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.index(mark)
        data[start + offset] |= 1
    with pytest.raises(UploadRefused, match="mot de passe"):
        check(io.BytesIO(bytes(data)), "note.docx")


def test_reads_no_more_than_the_limit():
    class Endless(io.RawIOBase):
        given = 0

        def seek(self, *position):
            return 0

        def read(self, size=-1):
            assert 0 < size <= 1001
            return b"%PDF-" + b" " * (size - 5)

    with pytest.raises(UploadRefused, match="dépasse"):
        check(Endless(), "x.pdf", max_bytes=1000)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Étude d’impact (v2).pdf", "Étude d’impact (v2).pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\moi\\note.docx", "note.docx"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
        ("nul\x00.pdf", "_nul.pdf"),
        ("photo\u202egnp.exe.jpg", "photognp.exe.jpg"),
        ("..caché.pdf", "caché.pdf"),
        ("note.pdf. ", "note.pdf"),
        ("  beaucoup   d’espaces .pdf", "beaucoup d’espaces.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("com1.tar.pdf", "_com1.tar.pdf"),
        ("console.pdf", "console.pdf"),
        ('<img src="x">*?|.png', "_img src=_x_____.png"),
        ("e\u0301tude.pdf", "étude.pdf"),
        ("/", "document"),
        ("\ud800.pdf", "_.pdf"),
        ("a" * 400 + ".pdf", "a" * 146 + ".pdf"),
        ("a." + "b" * 400, "a." + "b" * 10),
    ],
)
def test_clean_name(name, clean):
    assert clean_name(name) == clean


@given(st.text(max_size=300))
def test_any_name_becomes_a_plain_one(name):
    clean = clean_name(name)
    assert 0 < len(clean) <= MAX_NAME
    assert clean.isprintable()
    assert not set(clean) & set('/\\<>:"|?*%\x00')
    assert not clean.startswith(".")
    assert clean_name(clean) == clean


@given(st.binary(max_size=300), st.sampled_from(sorted(CONTENT_TYPES)))
def test_any_bytes_are_refused_with_a_sentence(data, kind):
    beginning = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}.get(kind, b"PK\x03\x04")
    with pytest.raises(UploadRefused, match=r"\.$"):
        check(io.BytesIO(beginning + data), f"x.{kind}")
