"""The documents of a sheet: added and removed here only, so that every change is checked and recorded.

A document counts as an edit of the « documents » section; its path in the record is "documents/<uid>".
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cdn_portal.lib import uploads
from cdn_portal.lib.merge import ABSENT

from . import permissions
from .editing import NotEditable
from .models import Attachment, ProjectSheet, SheetEdit, SheetVersion

MOST = 30


class DocumentKept(Exception):
    """The document belongs to a frozen version: it is kept, as proof of what was submitted."""


def add(sheet, file, *, by, is_public=False):
    """Check `file` by its content and attach it to `sheet`.

    Raises PermissionDenied, NotEditable, and `uploads.UploadRefused` with the reason in French.
    """
    known = uploads.check(file, file.name)
    with transaction.atomic():
        revision = _next_revision(sheet, by)
        found = sheet.attachments.all()
        if len(found) >= MOST:
            raise uploads.UploadRefused(f"Une fiche porte {MOST} documents au plus.")
        if any(a.sha256 == known.sha256 for a in found):
            raise uploads.UploadRefused("Ce document est déjà joint à la fiche.")
        attachment = Attachment(
            sheet=sheet, name=known.name, content_type=known.content_type, size=known.size, sha256=known.sha256,
            is_public=is_public, uploaded_by=by,
        )  # fmt: skip
        attachment.file.save(known.name, file, save=False)
        try:
            attachment.save()
            _record(sheet, revision, by, {f"documents/{attachment.uid}": [ABSENT, known.name]})
        except BaseException:
            # No row, no file: nothing would ever find it again.
            attachment.file.delete(save=False)
            raise
    return attachment


@transaction.atomic
def publish(sheet, published, *, by):
    """Make public, once the sheet is, the documents whose uid is in `published`, and no other."""
    changed = [a for a in sheet.attachments.all() if a.is_public != (str(a.uid) in published)]
    if not changed:
        return
    revision = _next_revision(sheet, by)
    for attachment in changed:
        attachment.is_public = not attachment.is_public
        attachment.save(update_fields=["is_public"])
    _record(sheet, revision, by, {f"documents/{a.uid}/is_public": [not a.is_public, a.is_public] for a in changed})


@transaction.atomic
def remove(attachment, *, by):
    """Remove a document and its file. Raises PermissionDenied, NotEditable, and DocumentKept."""
    sheet = attachment.sheet
    revision = _next_revision(sheet, by)
    if is_frozen(attachment):
        raise DocumentKept
    _record(sheet, revision, by, {f"documents/{attachment.uid}": [attachment.name, ABSENT]})
    file = attachment.file
    attachment.delete()
    transaction.on_commit(lambda: file.delete(save=False), robust=True)


def is_frozen(attachment):
    """True when a submitted version names this document."""
    return attachment.sha256 in frozen_digests(attachment.sheet)


def frozen_digests(sheet):
    """Return the SHA-256 of every document that a submitted version names."""
    contents = SheetVersion.objects.filter(sheet=sheet).values_list("content__documents", flat=True)
    return {document["sha256"] for documents in contents for document in documents or ()}


def _next_revision(sheet, by):
    """Take the next revision of a sheet that `by` may edit; holds the row until the transaction ends."""
    if not permissions.is_writer(by, sheet):
        raise PermissionDenied
    row = ProjectSheet.objects.filter(pk=sheet.pk, status__in=permissions.WRITABLE, discarded_at=None)
    if not row.update(revision=F("revision") + 1, updated_at=timezone.now()):
        raise NotEditable("La fiche ne se modifie plus.")
    sheet.refresh_from_db(fields=["revision", "updated_at"])
    return sheet.revision


def _record(sheet, revision, by, changes):
    SheetEdit.objects.create(sheet=sheet, revision=revision, changes=changes, by=by, at=timezone.now())
