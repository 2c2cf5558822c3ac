"""Who is told of each step, and how soon (PRODUCT.md, sections 1 and 8)."""

from django.contrib.auth import get_user_model

from governance import messages
from governance.models import Message

from .models import ProjectSheet

NOW, DIGEST, HELD = Message.Mode.NOW, Message.Mode.DIGEST, Message.Mode.HELD


def authors(sheet, data):
    return sheet.writers()


def handler(sheet, data):
    return [sheet.handler] if sheet.handler else []


def moderators(sheet, data):
    return get_user_model().objects.moderators()


def council(sheet, data):
    return get_user_model().objects.elected_officials()


def actor_receipt(sheet, data):
    return sheet.writers()


def expert(sheet, data):
    return [data["opinion"]["expert"]]


def joined(sheet, data):
    return data["into"].writers()


# step: (who, how soon, what it says)
NOTICES = {
    "submit": [(authors, NOW, "Votre fiche est déposée"), (moderators, DIGEST, "Une fiche a été déposée")],
    "withdraw": [(handler, NOW, "La fiche a été retirée")],
    "start_review": [
        (authors, DIGEST, "L'instruction de votre fiche commence"),
        (handler, NOW, "Une fiche vous est confiée"),
    ],
    "request_changes": [(authors, NOW, "Des compléments vous sont demandés")],
    "resubmit": [(handler, NOW, "La fiche a été complétée")],
    "cancel_request": [(authors, NOW, "La demande de compléments est annulée")],
    "ask_opinion": [(expert, NOW, "Votre avis est demandé")],
    "declare_examined": [(authors, NOW, "Votre fiche est instruite"), (council, DIGEST, "Une fiche est instruite")],
    "reopen": [(authors, NOW, "L'instruction de votre fiche reprend"), (handler, NOW, "L'instruction reprend")],
    "merge": [(authors, NOW, "Votre fiche rejoint une autre fiche"), (joined, NOW, "Une fiche rejoint la vôtre")],
    "select": [(authors, HELD, "Votre fiche est retenue")],
    "defer": [(authors, HELD, "Votre fiche est ajournée")],
    "set_aside": [(authors, HELD, "Votre fiche n'est pas retenue")],
    "start_delivery": [(authors, NOW, "La mise en œuvre de votre projet commence")],
    "complete": [(authors, NOW, "Votre projet est terminé"), (council, DIGEST, "Un projet est terminé")],
    "abandon": [(authors, NOW, "Votre projet est abandonné"), (council, DIGEST, "Un projet est abandonné")],
}


def tell(transition, **data):
    """Write the messages of a step in the outbox, within the caller's transaction."""
    sheet = transition.sheet
    for rank, (audience, mode, title) in enumerate(NOTICES.get(transition.name, ())):
        # A receipt goes to the one who acted too; everything else never does.
        keeps_actor = transition.name == "submit" and audience is authors
        messages.tell(
            audience(sheet, data),
            "notice",
            context=_context(transition, title),
            about=sheet.key,
            mode=mode,
            dedupe_key=f"transition-{transition.pk}-{rank}",
            not_to=None if keeps_actor else transition.by,
        )


def _context(transition, title):
    sheet = transition.sheet
    paragraphs = [f"« {sheet.title} » ({sheet.key}) : {ProjectSheet.Status(transition.to_status).label}."]
    if transition.comment:
        paragraphs.append(transition.comment)
    request = sheet.open_request if transition.name == "request_changes" else None
    if request:
        paragraphs += [request.message, f"Merci de répondre avant le {request.due_on:%d/%m/%Y}."]
    return {
        "subject": title,
        "paragraphs": paragraphs,
        "link_url": sheet.get_absolute_url(),
        "link_label": "Voir la fiche",
    }


def tell_handler(sheet, *, by):
    """Tell the person in charge that the sheet is now theirs."""
    _tell_about(sheet, [sheet.handler], NOW, "Une fiche vous est confiée", [], by)


def tell_remark(comment):
    """Tell writers and handler of a remark, in the digest, except the one who wrote it."""
    sheet = comment.sheet
    people = [*authors(sheet, {}), *handler(sheet, {})]
    _tell_about(sheet, people, DIGEST, f"Une remarque sur « {sheet.title} »", [comment.body], comment.author)


def tell_invited(sheet, person, *, by):
    """Tell a person of another organisation that they may write the sheet."""
    _tell_about(
        sheet, [person], NOW, f"{by} vous invite à écrire une fiche", ["Vous pouvez la modifier, pas la déposer."], by
    )


def _tell_about(sheet, people, mode, title, paragraphs, by):
    context = {
        "subject": title,
        "paragraphs": [f"« {sheet.title} » ({sheet.key})", *paragraphs],
        "link_url": sheet.get_absolute_url(),
        "link_label": "Voir la fiche",
    }
    messages.tell(people, "notice", context=context, about=sheet.key, mode=mode, not_to=by)
