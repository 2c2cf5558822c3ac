"""Who may do what with people and organisations.

Each answer about one object has a twin about many: `User.objects.moderators()`, `User.objects.elected_officials()`,
`Organisation.objects.of(user)`, `Organisation.objects.managed_by(user)`.
"""


def is_moderator(user):
    """True for an active agent of the Département: they prepare, examine and moderate in the admin."""
    return user.is_active and (user.is_staff or user.is_superuser)


def is_elected(user):
    """True for an active elected official."""
    return user.is_active and getattr(user, "is_elected_official", False)


def belongs_to(user, organisation):
    """True when the person acts for the organisation."""
    return _has_membership(user, organisation)


def manages(user, organisation):
    """True when the person invites and removes the people of the organisation."""
    return _has_membership(user, organisation, role="manager")


def may_invite_into(user, organisation):
    """True for a moderator, anywhere, and for a manager, into their own organisation only."""
    return is_moderator(user) or (organisation is not None and manages(user, organisation))


def may_edit_person(user, person):
    """True for a moderator, except that only an administrator touches the accounts of staff and administrators.

    Otherwise a moderator could give another one's account an address of their own, and log in with it.
    """
    if not is_moderator(user):
        return False
    return user.is_superuser or not (person.is_staff or person.is_superuser)


def _has_membership(user, organisation, **role):
    if not (user.is_authenticated and user.is_active):
        return False
    # Compared here rather than in the database: a page that asks often fetches the memberships once.
    wanted = {"organisation_id": organisation.pk, **role}
    return any(all(getattr(found, name) == value for name, value in wanted.items()) for found in user.memberships.all())
