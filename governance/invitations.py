"""Inviting people: by a moderator anywhere, by a manager into their own organisation.

The link is sent by e-mail only and its token is kept as a hash. Opening the link shows a page; only its button accepts,
since mail scanners open links.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from .messages import drop, tell
from .models import Invitation, Membership, Message, User
from .permissions import may_invite_into


class InvitationError(Exception):
    """The invitation cannot be accepted, sent or cancelled any more; the text says why, in French."""


@transaction.atomic
def invite(*, email, by, organisation=None, full_name="", role=Membership.Role.MEMBER):
    """Invite a person and send them the link; return the invitation.

    A former invitation of the same person into the same organisation is cancelled. Raises `PermissionDenied`, or
    `InvitationError` when the person already acts for the organisation.
    """
    if not may_invite_into(by, organisation):
        raise PermissionDenied
    email = User.objects.normalize_email(email)
    if organisation and organisation.memberships.filter(user__email=email).exists():
        raise InvitationError("Cette personne est déjà rattachée à cet organisme.")
    for former in Invitation.objects.unanswered().filter(email=email, organisation=organisation):
        revoke(former, by=by)
    return _write(Invitation(email=email, full_name=full_name, organisation=organisation, role=role, invited_by=by))


@transaction.atomic
def invite_guest(*, email, by):
    """Invite a person without organisation, whoever asks: the caller knows why `by` may, and what the guest will see.

    An invitation that waits already is left as it is: nobody is written to twice.
    """
    email = User.objects.normalize_email(email)
    waiting = Invitation.objects.pending().filter(email=email, organisation=None).first()
    return waiting or _write(Invitation(email=email, invited_by=by))


def _write(invitation):
    _send_link(invitation)
    return invitation


_welcomes = []


def when_accepted(welcome):
    """Call `welcome(user)` each time an invitation is accepted, within its transaction: what awaited the person is theirs."""
    if welcome not in _welcomes:
        _welcomes.append(welcome)


@transaction.atomic
def resend(invitation, *, by):
    """Send a new link; the former one dies."""
    if not may_invite_into(by, invitation.organisation):
        raise PermissionDenied
    if invitation.accepted_at or invitation.revoked_at:
        raise InvitationError("Cette invitation n'attend plus de réponse.")
    _forget_mail(invitation)
    _send_link(invitation)


@transaction.atomic
def revoke(invitation, *, by):
    """Cancel an invitation: its link dies."""
    if not may_invite_into(by, invitation.organisation):
        raise PermissionDenied
    row = Invitation.objects.unanswered().filter(pk=invitation.pk)
    if not row.update(revoked_at=timezone.now()):
        raise InvitationError("Cette invitation n'attend plus de réponse.")
    invitation.refresh_from_db(fields=["revoked_at"])
    _forget_mail(invitation)


@transaction.atomic
def accept(invitation, *, full_name="", job_title="", password=None):
    """Open the account, or use the one that exists at this address, and attach it to the organisation.

    Returns the user. Works once: of two requests at the same instant, one gets `InvitationError`.
    """
    row = Invitation.objects.pending().filter(pk=invitation.pk)
    if not row.update(accepted_at=timezone.now()):
        raise InvitationError("Cette invitation a déjà servi, a été annulée ou a expiré.")
    user = User.objects.filter(email=invitation.email).first()
    if user is None:
        user = User.objects.create_user(invitation.email, password, full_name=full_name, job_title=job_title)
    elif not user.is_active:
        raise InvitationError("Ce compte est fermé : adressez-vous au Département.")
    if invitation.organisation:
        Membership.objects.get_or_create(
            user=user, organisation=invitation.organisation, defaults={"role": invitation.role}
        )
    row = Invitation.objects.filter(pk=invitation.pk)
    row.update(accepted_by=user)
    invitation.refresh_from_db()
    for welcome in _welcomes:
        welcome(user)
    _tell_inviter(invitation, user)
    return user


def _send_link(invitation):
    token = invitation.renew_token()
    invitation.save()
    tell(
        [invitation.email],
        "invitation",
        context={
            "full_name": invitation.full_name,
            "organisation": invitation.organisation.name if invitation.organisation else "",
            "invited_by": str(invitation.invited_by or "Le Département de l'Aisne"),
            "expires_on": timezone.localtime(invitation.expires_at).strftime("%d/%m/%Y"),
            "link_url": reverse("invitation", args=[token]),
        },
        about=_reference(invitation),
        expires_at=invitation.expires_at,
    )


def _forget_mail(invitation):
    drop(Message.objects.about(_reference(invitation)).filter(kind="invitation"), reason="invitation remplacée")


def _tell_inviter(invitation, user):
    if invitation.invited_by is None:
        return
    organisation = invitation.organisation
    tell(
        [invitation.invited_by],
        "notice",
        context={
            "subject": f"{user} a accepté votre invitation",
            "paragraphs": [f"{user} a maintenant un compte" + (f" pour {organisation}." if organisation else ".")],
        },
        about=_reference(invitation),
        mode=Message.Mode.DIGEST,
        not_to=user,
    )


def _reference(invitation):
    return f"invitation-{invitation.pk}"
