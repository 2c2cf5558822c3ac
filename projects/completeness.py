"""What is missing from a sheet, for which step, and where.

One declaration (PRODUCT.md, section 1: A asked at the workshop, S to submit, E to be declared examined), read by the
editor's marks, the guards of the workflow and the documents.
"""

from dataclasses import dataclass
from enum import Enum

from . import content, plan, sections


class Step(Enum):
    """When an answer is needed."""

    SUBMIT = "Pour déposer"
    EXAMINE = "Pour l'instruction"


@dataclass(frozen=True)
class Missing:
    """One answer that is missing: where to give it and what to do."""

    section: sections.Section
    anchor: str
    sentence: str
    step: Step


def _has(*names):
    return lambda state: any(state[name] not in (None, "", [], False) for name in names)


def _rows(name):
    return lambda state: bool(state["rows"][name])


def _has_complete_indicator(state):
    needed = ("label", "unit", "target_value", "target_on", "source")
    return any(all(row[name] not in (None, "") for name in needed) for row in state["rows"]["indicators"])


def _has_territory(state):
    return state["scale"] in ("", "department") or bool(
        state["epcis"] or state["communes"] or state["territory_details"]
    )


def _is_balanced_or_explained(state):
    return plan.gap(state) == 0 or bool(state["plan_gap_reason"].strip())


# (section, anchor, what to do, step, the answer is there)
RULES = (
    ("identification", "title", "Donnez un intitulé au projet.", Step.SUBMIT, _has("title")),
    ("identification", "pitch", "Résumez le projet en une phrase.", Step.SUBMIT, _has("pitch")),
    ("contexte", "need", "Décrivez le besoin.", Step.SUBMIT, _has("need")),
    ("contexte", "objectives", "Donnez au moins un objectif.", Step.SUBMIT, _has("objectives")),
    ("contexte", "target_publics", "Choisissez au moins un public.", Step.SUBMIT, _has("target_publics")),
    ("acteurs", "project_owner", "Nommez le maître d'ouvrage.", Step.SUBMIT, _has("project_owner", "project_owner_name")),
    ("acteurs", "ownership_mode", "Choisissez le mode de portage.", Step.SUBMIT, _has("ownership_mode")),
    ("acteurs", "technical_referent", "Nommez le référent technique.", Step.SUBMIT, _has("technical_referent")),
    ("territoire", "scale", "Choisissez l'échelle du projet.", Step.SUBMIT, _has("scale")),
    ("territoire", "epcis", "Dites où le projet se déroule.", Step.SUBMIT, _has_territory),
    ("technique", "technical_description", "Décrivez le projet du point de vue technique.", Step.SUBMIT, _has("technical_description")),
    ("budget", "budget_magnitude", "Donnez un ordre de grandeur du budget.", Step.SUBMIT, _has("budget_magnitude")),
    ("organisation", "organisation_description", "Dites comment le projet est conduit.", Step.SUBMIT, _has("organisation_description")),
    ("calendrier", "duration", "Choisissez une durée.", Step.SUBMIT, _has("duration")),
    ("indicateurs", "indicators", "Ajoutez au moins un indicateur.", Step.SUBMIT, _rows("indicators")),
    ("freins", "obstacles", "Ajoutez au moins un frein.", Step.SUBMIT, _rows("obstacles")),
    ("identification", "maturity", "Choisissez la maturité du projet.", Step.EXAMINE, _has("maturity")),
    ("contexte", "expected_results", "Décrivez les résultats attendus.", Step.EXAMINE, _has("expected_results")),
    ("acteurs", "elected_referent", "Nommez l'élu référent.", Step.EXAMINE, _has("elected_referent")),
    ("budget", "costs", "Ajoutez au moins une dépense.", Step.EXAMINE, _rows("costs")),
    ("budget", "funding", "Ajoutez au moins une recette.", Step.EXAMINE, _rows("funding")),
    ("budget", "plan_gap_reason", "Équilibrez le plan de financement, ou expliquez l'écart.", Step.EXAMINE, _is_balanced_or_explained),
    ("indicateurs", "indicators", "Complétez un indicateur : unité, cible, date et source.", Step.EXAMINE, _has_complete_indicator),
)  # fmt: skip


def missing(state, step=None):
    """Return what is missing from a content, in the order of the sections; only for `step` when one is given."""
    found = [
        Missing(sections.BY_CODE[code], anchor, sentence, when)
        for code, anchor, sentence, when, is_there in RULES
        if step in (None, when) and not is_there(state)
    ]
    return sorted(found, key=lambda item: (item.step is Step.EXAMINE, item.section.number))


def missing_from(sheet, step=None):
    """Return what is missing from a sheet as it is now."""
    return missing(content.state(sheet), step)


def mark(state, section):
    """Return the mark of a section: "empty", "partial" or "complete"."""
    lacks = [item for item in missing(state) if item.section is section]
    if not lacks:
        return "complete" if is_asked(section) or _is_touched(state, section) else "empty"
    return "partial" if _is_touched(state, section) else "empty"


def _is_touched(state, section):
    defaults = {name: sections.field(name).get_default() for name in section.fields}
    filled = any(state[name] not in (None, "", [], False, defaults[name]) for name in section.fields)
    return filled or any(state["rows"][name] for name in section.row_names)


def asked_for(anchor):
    """Return the first step that needs the answer at `anchor`, or None when it is optional."""
    return next((step for _code, where, _sentence, step, _there in RULES if where == anchor), None)


def is_asked(section):
    """True when some step needs an answer of this section."""
    return any(code == section.code for code, *_ in RULES)
