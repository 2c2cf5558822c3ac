"""Who acts for an organisation: roles changed and people removed, by its manager or a moderator."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from .models import Membership
from .permissions import is_moderator, may_invite_into


class MembershipError(Exception):
    """The change would leave the organisation without a manager; the text says so, in French."""


@transaction.atomic
def change_role(membership, role, *, by):
    """Give a member another role."""
    _check(membership, by=by, stays_manager=role == Membership.Role.MANAGER)
    membership.role = role
    membership.save()


@transaction.atomic
def remove(membership, *, by):
    """The person does not act for the organisation any more; their account stays."""
    _check(membership, by=by, stays_manager=False)
    membership.delete()


def _check(membership, *, by, stays_manager):
    organisation = membership.organisation
    if not may_invite_into(by, organisation):
        raise PermissionDenied
    if stays_manager or not membership.is_manager or is_moderator(by):
        return
    others = organisation.memberships.filter(role=Membership.Role.MANAGER).exclude(pk=membership.pk)
    if not others.exists():
        raise MembershipError("Un organisme garde au moins un responsable : nommez-en d'abord un autre.")
