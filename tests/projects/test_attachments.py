"""The documents of a sheet: sent, read by those who may, removed unless a version names them."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from projects import attachments, content, guards, workflow
from projects.models import Attachment, ProjectSheet
from tests.factories.governance import ElectedOfficialFactory, MembershipFactory, ModeratorFactory, UserFactory
from tests.factories.projects import SheetFactory

from .editor_page import plain

PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << >>\n%%EOF\n"


def image(name="plan.png", colour="red"):
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), colour).save(stream, "PNG")
    return SimpleUploadedFile(name, stream.getvalue(), "image/png")


def pdf(name="note.pdf", more=b""):
    return SimpleUploadedFile(name, PDF.replace(b"<< /Type", b"<< " + more + b"/Type"), "application/pdf")


@pytest.fixture
def sheet(db):
    return SheetFactory(complete=True)


@pytest.fixture
def document(sheet):
    return attachments.add(sheet, pdf(), by=sheet.created_by)


@pytest.fixture
def send(client, sheet):
    def act(*files, **fields):
        client.force_login(sheet.created_by)
        return client.post(
            reverse("projects:edit", args=[sheet.key, "documents"]), {"files": files, **fields}, follow=True
        )

    return act


def address(document):
    return reverse("projects:attachment", args=[document.sheet.key, document.uid])


def test_several_documents_are_sent_at_once(send, sheet):
    response = send(pdf(), image(), is_public="on")
    assert [(d.name, d.content_type, d.is_public, d.uploaded_by) for d in sheet.attachments.order_by("name")] == [
        ("note.pdf", "application/pdf", True, sheet.created_by),
        ("plan.png", "image/png", True, sheet.created_by),
    ]
    assert "« note.pdf » est joint à la fiche." in plain(response.text)
    assert [item["state"] for item in response.context["nav"]][-1] == "complete"


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (lambda: SimpleUploadedFile("faux.pdf", b"<html>bonjour</html>"), "Le contenu de ce document"),
        (lambda: SimpleUploadedFile("virus.exe", b"MZ"), "Ce type de document"),
        (lambda: SimpleUploadedFile("vide.pdf", b""), "vide"),
        (lambda: SimpleUploadedFile("image.png", PDF), "Le contenu de ce document"),
    ],
)
def test_a_bad_document_is_refused_at_its_field(send, sheet, file, sentence):
    response = send(file())
    assert sentence in " ".join(response.context["page"].documents_form.errors["files"])
    assert "error-summary" in response.text
    assert not sheet.attachments.exists()


def test_the_good_ones_stay_when_another_is_refused(send, sheet):
    response = send(pdf(), SimpleUploadedFile("faux.pdf", b"texte"))
    assert [d.name for d in sheet.attachments.all()] == ["note.pdf"]
    assert "« faux.pdf »" in plain(response.text)


def test_nothing_chosen_is_said(send):
    assert send().context["page"].documents_form.errors == {"files": ["Choisissez un document."]}


def test_the_same_document_is_not_kept_twice(send, sheet):
    send(pdf())
    response = send(pdf("copie.pdf"))
    assert "Ce document est déjà joint à la fiche." in response.text
    assert sheet.attachments.count() == 1


def test_thirty_documents_are_enough(send, sheet):
    Attachment.objects.bulk_create(
        Attachment(sheet=sheet, name=f"{n}.pdf", file=f"x{n}", content_type="application/pdf", size=1, sha256=str(n))
        for n in range(30)
    )
    assert "Une fiche porte 30 documents au plus." in send(pdf()).text


def test_sending_and_removing_count_as_edits_of_the_section(sheet):
    sheet.status = "changes_requested"
    sheet.reference = "CDN-2026-TEST-98"
    sheet.save()
    document = attachments.add(sheet, pdf(), by=sheet.created_by)
    assert guards.changed_sections(sheet, 0) == {"documents"}
    attachments.remove(document, by=sheet.created_by)
    assert sheet.revision == sheet.edits.count() == 2


def test_a_published_document_can_be_reserved_again(client, sheet, document):
    client.force_login(sheet.created_by)
    url = reverse("projects:edit", args=[sheet.key, "documents"])
    for published, expected in ([str(document.uid)], True), ([], False):
        client.post(url, {"publish": "1", "published": published})
        document.refresh_from_db()
        assert document.is_public is expected
    client.post(url, {"publish": "1"})
    assert sheet.edits.count() == 3  # the third choice changes nothing


READERS = {
    "author": lambda sheet: sheet.created_by,
    "colleague": lambda sheet: MembershipFactory(organisation=sheet.organisation).user,
    "moderator": lambda sheet: ModeratorFactory(),
    "elected": lambda sheet: ElectedOfficialFactory(),
    "stranger": lambda sheet: UserFactory(),
    "anonymous": lambda sheet: None,
}
EXPECTED = {  # (status, visibility, published): who reads it
    ("draft", "private", False): {"author", "colleague", "moderator"},
    ("draft", "private", True): {"author", "colleague", "moderator"},
    ("examined", "council", False): {"author", "colleague", "moderator"},
    ("examined", "council", True): {"author", "colleague", "moderator", "elected"},
    ("examined", "public", False): {"author", "colleague", "moderator"},
    ("examined", "public", True): set(READERS),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("case", EXPECTED, ids=lambda case: "-".join(map(str, case)))
def test_who_reads_a_document(client, sheet, document, reader, case):
    status, visibility, is_public = case
    Attachment.objects.update(is_public=is_public)
    ProjectSheet.objects.update(
        status=status, visibility=visibility, reference=None if status == "draft" else "CDN-2026-TEST-97"
    )
    person = READERS[reader](sheet)
    if person:
        client.force_login(person)
    document.sheet.refresh_from_db()
    response = client.get(address(document))
    assert response.status_code == (200 if reader in EXPECTED[case] else 404)
    if response.status_code == 200:
        assert b"".join(response.streaming_content).startswith(b"%PDF")


def test_a_document_is_saved_never_shown(client, sheet):
    document = attachments.add(sheet, pdf("Délibération « été » 2026.pdf"), by=sheet.created_by)
    client.force_login(sheet.created_by)
    response = client.get(address(document))
    response.close()
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''D%C3%A9lib")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Type"] == "application/pdf"


def test_a_document_is_found_on_its_own_sheet_only(client, sheet, document):
    other = SheetFactory(created_by=sheet.created_by)
    client.force_login(sheet.created_by)
    assert client.get(reverse("projects:attachment", args=[other.key, document.uid])).status_code == 404


def test_a_lost_file_is_a_404_and_a_log_line(client, sheet, document, caplog):
    document.file.storage.delete(document.file.name)
    client.force_login(sheet.created_by)
    assert client.get(address(document)).status_code == 404
    assert "is missing" in caplog.text


def test_a_document_is_removed_after_a_question(client, sheet, document, django_capture_on_commit_callbacks):
    client.force_login(sheet.created_by)
    url = reverse("projects:remove_attachment", args=[sheet.key, document.uid])
    assert "Retirer « note.pdf »" in plain(client.get(url).text)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url)
    assert not sheet.attachments.exists()
    assert not document.file.storage.exists(document.file.name)


def test_a_document_of_a_version_is_kept(client, sheet, document):
    workflow.freeze(sheet, by=sheet.created_by)
    client.force_login(sheet.created_by)
    url = reverse("projects:remove_attachment", args=[sheet.key, document.uid])
    assert "il est conservé" in client.get(url).text
    assert "il est conservé" in client.post(url, follow=True).text
    assert sheet.attachments.count() == 1
    assert content.frozen(sheet)["documents"][0]["sha256"] == document.sha256


@pytest.mark.parametrize(("person", "expected"), [("moderator", 403), ("stranger", 404)])
def test_only_writers_send_and_remove(client, sheet, document, person, expected):
    client.force_login(READERS[person](sheet))
    assert (
        client.post(reverse("projects:edit", args=[sheet.key, "documents"]), {"files": pdf("b.pdf")}).status_code
        == expected
    )
    assert client.post(reverse("projects:remove_attachment", args=[sheet.key, document.uid])).status_code == expected
    assert sheet.attachments.count() == 1


def test_a_submitted_sheet_takes_no_document(send, sheet):
    ProjectSheet.objects.update(status="submitted", reference="CDN-2026-TEST-96")
    response = send(pdf())
    assert "Aucun document n’a été ajouté." in response.text
    assert not sheet.attachments.exists()
