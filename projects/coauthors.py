"""People of other organisations who write a sheet with its authors: invited, awaited, withdrawn."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from governance import invitations
from governance.models import User

from . import notices, permissions
from .models import ProjectSheet, SheetInvitee

MOST = 20
CLOSED = (
    ProjectSheet.Status.WITHDRAWN,
    ProjectSheet.Status.MERGED,
    ProjectSheet.Status.COMPLETED,
    ProjectSheet.Status.ABANDONED,
)


class InvitationRefused(Exception):
    """The person cannot be invited; the text says why, in French."""


def can_invite(user, sheet):
    """True for an author, as long as the sheet lives."""
    return sheet.status not in CLOSED and permissions.is_author(user, sheet)


def of(sheet):
    """Return the people invited to write a sheet, those with an account first."""
    return (
        sheet.invitees.filter(revoked_at=None)
        .select_related("user", "invited_by")
        .order_by("user__full_name", "email", "pk")
    )


@transaction.atomic
def invite(sheet, email, *, by):
    """Invite a person to write `sheet`: at once with an account, else as soon as the invitation sent is accepted.

    Raises PermissionDenied and InvitationRefused.
    """
    if not can_invite(by, sheet):
        raise PermissionDenied
    email = User.objects.normalize_email(email)
    person = User.objects.filter(email=email).first()
    if person and not person.is_active:
        raise InvitationRefused("Ce compte est fermé : adressez-vous au Département.")
    if person and permissions.is_writer(person, sheet):
        raise InvitationRefused("Cette personne écrit déjà la fiche.")
    if sheet.invitees.filter(revoked_at=None).count() >= MOST:
        raise InvitationRefused(f"Une fiche a {MOST} personnes invitées au plus : retirez-en une.")
    return _invite_person(sheet, person, by) if person else _await_person(sheet, email, by)


def _invite_person(sheet, person, by):
    invitee, _created = sheet.invitees.update_or_create(
        user=person, defaults={"email": person.email, "invited_by": by, "revoked_at": None}
    )
    notices.tell_invited(sheet, person, by=by)
    return invitee


def _await_person(sheet, email, by):
    if sheet.invitees.filter(user=None, email=email, revoked_at=None).exists():
        raise InvitationRefused("Cette personne est déjà invitée : elle n'a pas encore ouvert son compte.")
    invitations.invite_guest(email=email, by=by)
    return sheet.invitees.create(email=email, invited_by=by)


@transaction.atomic
def revoke(invitee, *, by):
    """Take an invitation back; return False when that was done already. What the person wrote stays."""
    if not can_invite(by, invitee.sheet):
        raise PermissionDenied
    return bool(SheetInvitee.objects.filter(pk=invitee.pk, revoked_at=None).update(revoked_at=timezone.now()))


def welcome(person):
    """Give a person who has just opened an account the sheets that awaited them."""
    for invitee in SheetInvitee.objects.filter(user=None, email=person.email, revoked_at=None):
        if not SheetInvitee.objects.filter(sheet=invitee.sheet_id, user=person).exists():
            SheetInvitee.objects.filter(pk=invitee.pk).update(user=person)
