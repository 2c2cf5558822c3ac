"""What must hold before a step: each guard returns the sentences that say what is missing, none when all is well."""

from django.conf import settings
from django.utils import timezone

from . import completeness, content, plan, sections
from .completeness import Step
from .models import Criterion


def is_complete(sheet, by):
    """Every answer asked for submission is there."""
    return [f"{item.section} : {item.sentence}" for item in completeness.missing_from(sheet, Step.SUBMIT)]


def is_not_handled(sheet, by):
    """Nobody examines the sheet yet."""
    return ["Un agent instruit déjà cette fiche : demandez-lui de vous la rendre."] if sheet.handler_id else []


def answers_request(sheet, by):
    """Each section named by the request was changed, or answered in words."""
    request = sheet.open_request
    if request is None:
        return []
    touched = changed_sections(sheet, request.from_revision)
    return [
        f"{section} : modifiez cette rubrique, ou répondez à la demande."
        for section in map(sections.BY_CODE.get, request.sections)
        if section.code not in touched and not str(request.answers.get(section.code, "")).strip()
    ]


def changed_sections(sheet, revision):
    """Return the codes of the sections edited since `revision`."""
    paths = set()
    for changes in sheet.edits.filter(revision__gt=revision).values_list("changes", flat=True):
        paths |= set(changes)
    names = {path.split("/")[0] for path in paths}
    owners = sections.FIELDS | sections.SECTION_OF_ROWS | {"documents": sections.BY_CODE["documents"]}
    return {owners[name].code for name in names}


def is_ready(sheet, by):
    """Every answer asked for the examination is there."""
    lacks = [f"{item.section} : {item.sentence}" for item in completeness.missing_from(sheet)]
    if not sheet.department_pilot_id:
        lacks.append("Nommez le pilote au Département.")
    return lacks


def opinions_are_in(sheet, by):
    """Every opinion asked has come, or is overdue."""
    waiting = sheet.opinions.filter(answered_at=None, revoked_at=None, due_on__gte=timezone.localdate()).count()
    return (
        [f"{waiting} avis attendu{'s' if waiting > 1 else ''} : attendez la réponse ou son échéance."]
        if waiting
        else []
    )


def is_scored(sheet, by):
    """Every criterion in use has a score."""
    lacks = Criterion.objects.filter(is_active=True).exclude(scores__sheet=sheet)
    return [f"Notez le critère « {criterion.label} »." for criterion in lacks.order_by("pk")]


def is_second_moderator(sheet, by):
    """Above a threshold, the handler does not decide alone; below it, the handler decides."""
    if sheet.handler_id is None:
        return ["Désignez un instructeur."]
    above = plan.costs(content.state(sheet)) >= settings.SECOND_MODERATOR_THRESHOLD
    if above and by.pk == sheet.handler_id:
        return ["Ce budget est élevé : un second agent doit déclarer la fiche instruite."]
    if not above and by.pk != sheet.handler_id:
        return ["Seul l'instructeur de la fiche la déclare instruite."]
    return []


def owner_is_confirmed(sheet, by):
    return [] if sheet.owner_commitment == "confirmed" else ["Le maître d'ouvrage doit confirmer son engagement."]


def elected_referent_is_named(sheet, by):
    return [] if sheet.elected_referent else ["Nommez l'élu référent."]


def has_dated_phase(sheet, by):
    dated = sheet.phases.exclude(starts_on="").exclude(ends_on="").exists()
    return [] if dated else ["Ajoutez une étape avec ses dates."]


def has_baseline(sheet, by):
    measured = sheet.indicators.filter(baseline_value__isnull=False).exists()
    return [] if measured else ["Mesurez la valeur de départ d'un indicateur."]


EXAMINED = (is_second_moderator, is_ready, opinions_are_in, is_scored)
DELIVERY = (owner_is_confirmed, elected_referent_is_named, has_dated_phase, has_baseline)
