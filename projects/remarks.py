"""Remarks on a sheet or one of its sections: said once, open until somebody closes them."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from . import notices, permissions
from .models import Comment


def can_remark(user, sheet):
    """True for those who write the sheet and those who examine it."""
    return permissions.is_writer(user, sheet) or permissions.can_moderate(user, sheet)


@transaction.atomic
def add(sheet, body, *, by, section=""):
    """Write a remark, tell the other side in the digest, and return it."""
    if not can_remark(by, sheet):
        raise PermissionDenied
    comment = Comment.objects.create(sheet=sheet, section=section, body=body, author=by)
    notices.tell_remark(comment)
    return comment


def close(comment, *, by):
    """Close a remark; return False when somebody else already did."""
    if not can_remark(by, comment.sheet):
        raise PermissionDenied
    row = Comment.objects.filter(pk=comment.pk, resolved_at=None)
    return bool(row.update(resolved_at=timezone.now(), resolved_by=by))
