import base64
import io
import logging
import subprocess
import sys
import threading
import time

import pikepdf
import pypdf
import pytest
from django.template import TemplateDoesNotExist
from django.utils.safestring import mark_safe

from cdn_portal.lib import pdf
from tests.pdfua import assert_pdfua, failures

SAMPLE = """{% extends "pdf/base.html" %}
{% block title %}{{ title }}{% endblock %}
{% block content %}
  <div class="band"><p class="over">{{ reference }}</p><h1>{{ title }}</h1></div>
  <h2>Contexte</h2>
  <p class="lines"><strong>{{ text }}</strong> <em>{{ text }}</em></p>
  <table>
    <caption>Plan</caption>
    <thead><tr><th scope="col">Poste</th><th scope="col" class="number">2026</th></tr></thead>
    <tbody><tr><th scope="row">{{ text|truncatechars:2000 }}</th><td class="number">12 500 €</td></tr></tbody>
  </table>
  <figure><svg viewBox="0 0 100 20"><title>Dessin {{ text|truncatechars:200 }}</title><text x="2" y="12"
    font-size="10" font-family="CDN Texte, DejaVu Sans">{{ text|truncatechars:20 }}</text></svg></figure>
  {{ extra }}
{% endblock %}"""
CONTEXT = {
    "title": "Téléconsultation accompagnée",
    "reference": "CDN-2026-SANTE-07",
    "version": 2,
    "date": "12 mars 2027",
    "hash": "0123456789abcdef" * 4,
    "mark": "Aperçu d’un brouillon",
    "text": "Une phrase.",
}


@pytest.fixture
def sample(tmp_path, settings):
    """A function that renders the sample page with other texts, or with raw HTML in `extra`."""
    (tmp_path / "sample.html").write_text(SAMPLE)
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], tmp_path]} for engine in settings.TEMPLATES]
    settings.PDF_STRICT = True

    def render(extra="", **context):
        return pdf.render("sample.html", {**CONTEXT, "extra": mark_safe(extra), **context})

    return render


def text_of(content):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


@pytest.mark.pdf
def test_complies_and_says_what_it_is(sample):
    content = sample(extra='<h2>Suite</h2><p class="new-page">Fin. <a href="https://cdn.example/aide">Aide</a></p>')
    assert_pdfua(content)
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert reader.metadata.title == "Téléconsultation accompagnée"
    assert reader.root_object["/Lang"] == "fr"
    assert [item.title for item in reader.outline[1]] == ["Contexte", "Suite"]
    first, second = (page.extract_text() for page in reader.pages)
    for page, number in ((first, 1), (second, 2)):
        assert "CDN-2026-SANTE-07 · version 2 · 12 mars 2027 · empreinte 0123456789ab" in page
        assert f"Page {number} / 2" in page
        assert "Aperçu d’un brouillon" in page
    assert {font["/BaseFont"].split("+")[1] for page in reader.pages for font in fonts_of(page)} == {
        "CDN-Texte",
        "CDN-Texte-Bold",
        "CDN-Titre-Semi-Bold",
    }


def fonts_of(page):
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


def test_the_harness_sees_a_fault(sample):
    with pikepdf.open(io.BytesIO(sample())) as document:
        del document.Root.StructTreeRoot
        broken = io.BytesIO()
        document.save(broken)
    assert any("StructTreeRoot" in sentence for sentence in failures(broken.getvalue()))


HOSTILE = {
    "emoji": "Bravo 👍🏽 ✅ 🎉 👨‍👩‍👧 🇫🇷 \U0001f9ff ☎️",
    "right to left": "מימון \u202e أهلا وسهلا \u2067 fin",
    "combining": ("Z" + "\u0301\u0323\u0336" * 30) * 40,
    "orphan combining": "\u0338\u0301<\u0338 >\u20d2",
    "controls": "".join(map(chr, range(32))) + "\x7f\x80\x85\x9f\u2028\u2029\ufeff\ufffe\uffff\ue000\ud800",
    "chinese": "漢字" * 200,
    "letters": "𝐀𝓑ⓒ①ﬁ％＜b＞½℃",
    "markup": "</p></td><script>alert(1)</script><svg onload=x><![CDATA[ <!-- &#x1F600; {{ x }}",
    "nested": "<div>" * 3000,
    "a word": "W" * 50_000,
    "a chinese word": "漢" * 50_000,
    "a text": ("La médiation numérique, partout et pour tous. " * 1_100)[:50_000],
    "lines": "a\n" * 2_000,
    "nothing": "",
}


@pytest.mark.pdf
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_comply_and_take_little_time(sample, name):
    started = time.process_time()
    content = sample(text=HOSTILE[name], title=f"Fiche {HOSTILE[name][:200]}")
    assert time.process_time() - started < 10
    assert_pdfua(content)
    assert "/S /JavaScript" not in content.decode("latin-1")


@pytest.mark.pdf
def test_every_character_that_is_kept_has_a_glyph(sample):
    letters = "".join(map(chr, sorted(pdf._covered())))
    assert_pdfua(sample(extra=f"<p>{letters.replace('<', '').replace('&', '')}</p>"))


def test_markup_of_users_is_only_text(sample):
    content = text_of(sample(text="<script>alert(1)</script>&amp;"))
    assert "<script>alert(1)</script>&amp;" in content


def test_same_content_same_bytes(sample):
    first = sample()
    assert sample(text="Autre 👍 texte, עברית") != first
    assert sample() == first


def test_same_bytes_in_another_process(sample, tmp_path):
    code = (
        "import pytest, sys, django; from django.conf import settings; django.setup();"
        "from cdn_portal.lib import pdf; from tests.lib.test_pdf import CONTEXT;"
        f"settings.TEMPLATES[0]['DIRS'].append({str(tmp_path)!r});"
        "pdf.render('sample.html', {**CONTEXT, 'text': 'avant'});"
        "sys.stdout.buffer.write(pdf.render('sample.html', CONTEXT))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert other.stdout == sample()


def test_threads_take_turns(sample):
    expected, results = sample(), []
    threads = [threading.Thread(target=lambda: results.append(sample())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 4


def test_weasyprint_is_not_loaded_with_the_module():
    code = "import sys, django; django.setup(); import cdn_portal.lib.pdf; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", f"import pytest; {code}"], check=False).returncode == 0


# What a page may ask for, and what it may not

PIXEL = base64.b64encode(
    base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")
).decode()


@pytest.fixture
def canary(tmp_path):
    """A file that must never be read."""
    path = tmp_path / "canary.css"
    path.write_text("CANARY { color: red }")
    return path


PAYLOADS = {
    "image over https": '<img alt="x" src="https://canary.example/x.png">',
    "image over http, local": '<img alt="x" src="http://127.0.0.1:8000/static/css/pdf.css">',
    "image, local host": '<img alt="x" src="http://localhost/x.png">',
    "image, metadata service": '<img alt="x" src="http://169.254.169.254/latest/">',
    "image over ftp": '<img alt="x" src="ftp://canary.example/x.png">',
    "image, file": '<img alt="x" src="file://{canary}">',
    "image, file in capitals": '<img alt="x" src="FILE:///etc/passwd">',
    "image, path": '<img alt="x" src="{canary}">',
    "image, media": '<img alt="x" src="/media/secret.png">',
    "image, documents": '<img alt="x" src="/media-is-not-served/secret.png">',
    "image, traversal": '<img alt="x" src="/static/../../../etc/passwd">',
    "image, encoded traversal": '<img alt="x" src="/static/%2e%2e/%2e%2e/settings.css">',
    "image, twice encoded traversal": '<img alt="x" src="/static/%252e%252e/pyproject.css">',
    "image, backslash": '<img alt="x" src="/static/..%5C..%5Csettings.css">',
    "image, nul": '<img alt="x" src="/static/css/pdf.css%00.png">',
    "image, other host": '<img alt="x" src="//canary.example/static/css/pdf.css">',
    "image, static of another host": '<img alt="x" src="static://canary.example/static/css/pdf.css">',
    "image, a script of ours": '<img alt="x" src="/static/js/app.js">',
    "image, missing": '<img alt="x" src="/static/img/missing.png">',
    "image, data that is no image": '<img alt="x" src="data:text/html,<b>x">',
    "stylesheet over https": '<link rel="stylesheet" href="https://canary.example/x.css">',
    "stylesheet, file": '<link rel="stylesheet" href="file://{canary}">',
    "stylesheet, missing": '<link rel="stylesheet" href="/static/css/missing.css">',
    "stylesheet, data": '<link rel="stylesheet" href="data:text/css,p{{color:red}}">',
    "import": '<style>@import "file://{canary}";</style>',
    "font": '<style>@font-face {{ font-family: x; src: url("file://{canary}") }} p {{ font-family: x }}</style>',
    "background": '<p style="background: url(https://canary.example/x.png)">x</p>',
    "object": '<object data="file://{canary}"></object>',
    "embed": '<embed src="file://{canary}">',
    "svg image": '<svg viewBox="0 0 9 9"><title>x</title><image href="file://{canary}" width="9" height="9"/></svg>',
    "svg in data": '<img alt="x" src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 '
    'viewBox=%220 0 9 9%22%3E%3Cimage href=%22file://{canary}%22 width=%229%22 height=%229%22/%3E%3C/svg%3E">',
    "base": '<base href="https://canary.example/"><img alt="x" src="x.png">',
    "attachment": '<link rel="attachment" href="file://{canary}">',
    "attachment of ours": '<link rel="Attachment" href="/static/css/pdf.css">',
    "attachment in data": '<link rel=" attachment x" href="data:image/png;base64,{pixel}">',
    "attachment by a link": '<p><a rel="attachment" href="file://{canary}">x</a></p>',
    "link, script": '<p><a href="javascript:alert(1)">x</a></p>',
    "link, file": '<p><a href="file:///etc/passwd">x</a></p>',
    "link, relative": '<p><a href="/fiches/">x</a></p>',
}


@pytest.mark.parametrize("name", PAYLOADS)
def test_refuses_what_is_not_ours(sample, canary, name, socket_guard):
    with pytest.raises(pdf.PdfError):
        sample(extra=PAYLOADS[name].format(canary=canary, pixel=PIXEL))
    assert not socket_guard


IGNORED = {
    "svg use": '<svg viewBox="0 0 9 9"><title>x</title><use href="file://{canary}#x"/></svg>',
    "metadata": '<link rel="xmp" href="file://{canary}">',
    "frame": '<iframe src="file://{canary}"></iframe>',
    "form": '<form action="file://{canary}"><input type="image" alt="x" src="file://{canary}"></form>',
}


@pytest.mark.parametrize("name", IGNORED)
def test_does_not_read_what_is_not_ours(sample, canary, name):
    with pikepdf.open(io.BytesIO(sample(extra=IGNORED[name].format(canary=canary)))) as document:
        streams = [o.read_bytes() for o in document.objects if isinstance(o, pikepdf.Stream)]
    assert not any(b"CANARY" in stream for stream in streams)


@pytest.fixture
def socket_guard(monkeypatch):
    """The addresses that were called in spite of all."""
    called = []

    def refuse(self, address):
        called.append(address)
        raise OSError("no network in tests")

    monkeypatch.setattr("socket.socket.connect", refuse)
    return called


@pytest.mark.pdf
def test_shows_static_files_and_images_written_in_the_page(sample, settings, tmp_path):
    static = tmp_path / "assets"
    (static / "img").mkdir(parents=True)
    (static / "img/dot.png").write_bytes(base64.b64decode(PIXEL))
    (static / "more.css").write_text('@import "part.css"; .dot { background: url("img/dot.png") }')
    (static / "part.css").write_text("p { color: #123456 }")
    settings.STATICFILES_DIRS = [*settings.STATICFILES_DIRS, static]
    content = sample(
        extra=f"""<link rel="stylesheet" href="/static/more.css"><p class="dot">x</p>
        <p><img alt="Point" src="/static/img/dot.png"> <img alt="Point" src="data:image/png;base64,{PIXEL}"></p>"""
    )
    assert_pdfua(content)
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages[0].images) >= 1


def test_hashed_names_come_from_the_collected_files(sample, settings, tmp_path):
    settings.DEBUG = False
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    (tmp_path / "collected/css").mkdir(parents=True)
    (tmp_path / "collected/css/pdf.0123456789ab.css").write_text("h1 { color: #123456 }")
    (tmp_path / "collected/staticfiles.json").write_text(
        '{"paths": {"css/pdf.css": "css/pdf.0123456789ab.css"}, "version": "1.1", "hash": "x"}'
    )
    assert sample().startswith(b"%PDF-")
    (tmp_path / "collected/css/pdf.0123456789ab.css").unlink()
    with pytest.raises(pdf.PdfError, match="Error fetching"):
        sample()


COMPLAINTS = {
    "unknown property": '<p style="colour: red">x</p>',
    "unknown colour": '<p style="color: color-mix(in srgb, red, blue)">x</p>',
    "image without alternative": f'<img src="data:image/png;base64,{PIXEL}">',
    "picture without title": '<svg viewBox="0 0 9 9"></svg>',
    "heading that skips": "<h2>x</h2><h4>x</h4>",
    "empty heading": "<h2> </h2>",
    "broken link inside": '<p><a href="#nowhere">x</a></p>',
}


@pytest.mark.parametrize("name", COMPLAINTS)
def test_a_complaint_of_weasyprint_is_an_error_when_strict(sample, settings, name):
    with pytest.raises(pdf.PdfError):
        sample(extra=COMPLAINTS[name])
    settings.PDF_STRICT, settings.DEBUG = False, False
    assert sample(extra=COMPLAINTS[name]).startswith(b"%PDF-")
    settings.DEBUG = True
    with pytest.raises(pdf.PdfError):
        sample(extra=COMPLAINTS[name])


def test_nesting_without_end_is_an_error_and_the_next_page_is_fine(sample):
    with pytest.raises(pdf.PdfError, match="RecursionError"):
        sample(extra="<div>" * 3000)
    assert sample().startswith(b"%PDF-")
    assert not [handler for handler in logging.getLogger("weasyprint").handlers if handler.level]


def test_a_missing_template_is_not_hidden():
    with pytest.raises(TemplateDoesNotExist):
        pdf.render("pdf/no-such-page.html", {})


def test_more_pages_than_allowed_is_an_error_of_its_own(sample):
    context = {**CONTEXT, "extra": mark_safe('<p class="new-page">Fin</p>')}
    assert pdf.render("sample.html", context, most_pages=2) == pdf.render("sample.html", context)
    with pytest.raises(pdf.TooManyPages, match="2 pages, 1 at most"):
        pdf.render("sample.html", context, most_pages=1)
