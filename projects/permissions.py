"""Who may do what with a sheet: one function per question.

Lists use the twins `ProjectSheetQuerySet.visible_to` and `written_by`; tests hold them to the same answers.
"""

from governance.permissions import belongs_to, is_elected, is_moderator

from .models import ProjectSheet

S = ProjectSheet.Status
WRITABLE = (S.DRAFT, S.CHANGES_REQUESTED)


def is_author(user, sheet):
    """True for the person who began the sheet and for the colleagues of its organisation."""
    if not user.is_authenticated or sheet.discarded_at:
        return False
    return sheet.created_by_id == user.pk or belongs_to(user, sheet.organisation)


def is_invited(user, sheet):
    """True for a person of another organisation who was invited to edit this sheet."""
    if not user.is_authenticated or sheet.discarded_at:
        return False
    # Compared here rather than in the database: a page that asks often fetches the invitees once.
    return any(invitee.user_id == user.pk and invitee.revoked_at is None for invitee in sheet.invitees.all())


def is_writer(user, sheet):
    """True for authors and invited people, whatever the status. Twin of `written_by`."""
    return is_author(user, sheet) or is_invited(user, sheet)


def can_view(user, sheet):
    """True when the person may read the sheet. Twin of `visible_to`."""
    if sheet.discarded_at:
        return False
    if user.is_authenticated and is_moderator(user):
        return True
    examined = sheet.status in ProjectSheet.EXAMINED_ONWARDS
    if examined and sheet.visibility == ProjectSheet.Visibility.PUBLIC:
        return True
    if not user.is_authenticated:
        return False
    if examined and sheet.visibility == ProjectSheet.Visibility.COUNCIL and is_elected(user):
        return True
    owned = sheet.project_owner_id and sheet.status not in ProjectSheet.PRIVATE
    if owned and belongs_to(user, sheet.project_owner):
        return True
    return is_writer(user, sheet) or sheet.opinions.filter(expert=user, revoked_at=None).exists()


def can_view_live(user, sheet):
    """True when the person reads what is being written, and not only the last frozen version."""
    return is_writer(user, sheet) or (user.is_authenticated and is_moderator(user))


def can_read_document(user, attachment):
    """True for those who read the sheet as it is written; for its other readers, when the document is published."""
    sheet = attachment.sheet
    return can_view_live(user, sheet) or (attachment.is_public and can_view(user, sheet))


def can_edit(user, sheet):
    """True when the person may change the content now (PRODUCT.md: in draft and to be completed only)."""
    return sheet.status in WRITABLE and is_writer(user, sheet)


def can_submit(user, sheet):
    """True for an author; an invited person edits, never submits."""
    return is_author(user, sheet)


def can_withdraw(user, sheet):
    return is_author(user, sheet) or (user.is_authenticated and is_moderator(user))


def can_discard(user, sheet):
    """True for an author, while nobody has received the sheet."""
    return sheet.status == S.DRAFT and is_author(user, sheet)


def can_moderate(user, sheet):
    """True for staff, except on a sheet they write themselves (PRODUCT.md, section 2)."""
    return user.is_authenticated and is_moderator(user) and not is_writer(user, sheet)


def can_handle(user, sheet):
    """True for the moderator in charge of the sheet."""
    return can_moderate(user, sheet) and sheet.handler_id == user.pk


def can_pilot(user, sheet):
    """True for the agent who pilots the project for the Département."""
    return user.is_authenticated and is_moderator(user) and sheet.department_pilot_id == user.pk


def can_create(user):
    """True for a person who acts for at least one organisation."""
    return user.is_authenticated and user.memberships.exists()
