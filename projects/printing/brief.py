"""What the note aux élus says: one page, the few words that an elected official needs.

Texts are shortened at the end of a sentence, or of a word, by `room`, a share of what a page of large type holds.
"""

import re

from cdn_portal.lib import charts, dates
from cdn_portal.lib.numbers import SPACE, euros, number

from .. import plan
from ..models import ProjectSheet
from .content import Printed
from .rows import obstacle, phases
from .words import capital, many, paragraphs, sentence, shown

# Tried in turn until the note holds on one page.
ROOMS = (1, 0.75, 0.5, 0.3)
CUT = " […]"
S = ProjectSheet.Status

# What the reader is asked, by status; `asks` adds what this sheet lacks.
ASKED = {
    S.DRAFT: "Prendre connaissance du projet. Il est en cours d’écriture : aucune décision n’est attendue.",
    S.SUBMITTED: "Prendre connaissance du projet. Il va être instruit : aucune décision n’est attendue à ce stade.",
    S.IN_REVIEW: "Prendre connaissance du projet. Il est en cours d’instruction : aucune décision n’est attendue à ce stade.",
    S.CHANGES_REQUESTED: "Prendre connaissance du projet. Des compléments sont attendus des auteurs avant toute décision.",
    S.EXAMINED: "Dire si le projet doit être retenu : il est instruit et peut entrer dans un scénario soumis au vote.",
    S.DEFERRED: "Dire si le projet ajourné doit revenir dans un prochain scénario.",
    S.SELECTED: "Soutenir le démarrage du projet, qui est retenu.",
    S.IN_DELIVERY: "Suivre la mise en œuvre et relayer le projet auprès des habitants et des partenaires.",
    S.COMPLETED: "Prendre connaissance des résultats et dire si le projet doit être étendu.",
}
FOR_INFORMATION = "Rien : cette note est pour information, le projet n’est plus suivi."
# Statuses in which the reader can still change something.
ACTIVE = (S.EXAMINED, S.DEFERRED, S.SELECTED, S.IN_DELIVERY)


def brief_page(facts, room=1):
    """Return the context of pdf/brief.html."""
    sheet = Printed(facts)

    def short(text, most):
        return excerpt(text, round(most * room))

    return sheet.identity | {
        "title": short(sheet.title, 180),
        "whole_title": sheet.title,
        "owner": short(sheet.owner, 120),
        "notice": short(shown(sheet.frozen["notice"]), 200),
        "is_tight": room < 0.75,
        "pitch": short(sheet.state["pitch"], 320),
        "what": what(sheet, short),
        "for_whom": for_whom(sheet, short),
        "how_much": how_much(sheet, short),
        "meter": meter(sheet),
        "who": who(sheet, short),
        "when": when(sheet, short),
        "risks": risks(sheet, short),
        "asks": [short(ask, 220) for ask in asks(sheet)],
    }


def what(sheet, short):
    """Return the need and the first objectives: all of them when there is no pitch to say the project in a sentence."""
    objectives = paragraphs(sheet.state["objectives"])
    aims = "" if shown(sheet.state["pitch"]) or not objectives else f"Objectifs : {f'{SPACE}; '.join(objectives)}"
    return _lines(short(sheet.state["need"], 260), short(aims, 260))


def for_whom(sheet, short):
    details = paragraphs(sheet.state["target_publics_details"])
    only_other = details and sheet.state["target_publics"] == ["other"]
    described = f"{SPACE}; ".join(details) if only_other else sentence(sheet.listed("target_publics")) or ", ".join(details)
    reached = sheet.state["beneficiaries"]
    where = capital(sheet.territory)
    if sheet.places and len(sheet.places) <= 4:
        where = ", ".join(sheet.places)
    if sheet.population:
        where += f" ({number(sheet.population)}{SPACE}habitants)"
    return _lines(
        short(described, 200),
        f"{number(reached)}{SPACE}bénéficiaires estimés" if reached else "",
        short(where, 200),
    )


def how_much(sheet, short):
    """Return the cost, then who pays in one sentence for each state of the receipts."""
    total = plan.costs(sheet.state)
    if not total:
        magnitude = sheet.choice("budget_magnitude")
        return _lines(f"Ordre de grandeur : {magnitude[:1].lower()}{magnitude[1:]}" if magnitude else "")
    years = plan.years(sheet.state)
    span = f"de {years[0]} à {years[-1]}" if len(years) > 1 else f"en {years[0]}"
    gap = plan.gap(sheet.state)
    states = [f"{euros(amount)} {words}" for words, amount in _by_state(sheet)]
    return _lines(
        f"{euros(total)} {sheet.tax}, {span}",
        f"Recettes : {', '.join(states)}" if states else "",
        f"Reste à financer : {euros(gap)}" if gap > 0 else "",
        short(sheet.state["plan_gap_reason"], 160) if gap else "",
    )


def _by_state(sheet):
    """Return (state in words, sum) of the receipts that count, the surest first."""
    order = (("granted", "acquis"), ("requested", "sollicités"), ("expected", "prévus"), ("considered", "à solliciter"))
    sums = [(words, plan.total(r for r in sheet.rows["funding"] if r["status"] == state)) for state, words in order]
    return [(words, amount) for words, amount in sums if amount]


def meter(sheet):
    """Return the gauge of what is granted, or "" without a plan."""
    total = plan.costs(sheet.state)
    if not total or not sheet.rows["funding"]:
        return ""
    granted = plan.total(row for row in sheet.rows["funding"] if row["status"] == "granted")
    return charts.meter(granted, total, "Financement acquis", unit="€", width=552)


def who(sheet, short):
    return _lines(
        short(named("Porté par", sheet.owner), 160),
        with_whom(list(sheet.partners.values()), short),
        short(named("Élu référent", sheet.state["elected_referent"]), 120),
        short(named("Pilote au Département", sheet.frozen["department_pilot"]), 120),
    )


def named(label, name):
    """Return « label : name », "" without a name."""
    return f"{label}{SPACE}: {shown(name)}" if shown(name) else ""


def with_whom(names, short):
    """Return the first partners, whole names, and how many others there are."""
    told = [name for rank, name in enumerate(names, start=1) if len(", ".join(names[:rank])) <= 200]
    others = len(names) - len(told)
    if not told:
        return short(f"Avec : {many(others, 'partenaire', 'partenaires')}", 200) if others else ""
    return short(f"Avec : {', '.join(told)}" + (f" et {others} autre{'s' if others > 1 else ''}" if others else ""), 260)


def when(sheet, short):
    period = capital(sheet.period) or sheet.choice("duration")
    steps = [
        f"{phase.label} ({dates.period(phase.start[:7], phase.end[:7])})"
        for phase in phases(sheet)
        if phase.start or phase.end
    ]
    return _lines(period, short(" ; ".join(steps[:3]), 240))


def risks(sheet, short):
    """Return the three worst obstacles that are still open."""
    found = map(obstacle, sheet.rows["obstacles"])
    worst = sorted((each for each in found if each["is_open"]), key=lambda each: -each["rank"])[:3]
    return [
        {
            "description": short(each["description"], 110).rstrip("."),
            "level": each["level"],
            "answer": short(each["answer"], 130),
        }
        for each in worst
    ]


def asks(sheet):
    """Return what the reader is asked: at most four sentences, the decision first."""
    status = S(sheet.facts["status"])
    first = ASKED.get(status, FOR_INFORMATION)
    if status not in ACTIVE:
        return [first]
    state = sheet.state
    gap = plan.gap(state)
    waiting = [row for row in sheet.rows["funding"] if row["status"] in ("requested", "considered", "expected")]
    funders = list(dict.fromkeys(shown(row["funder"]) for row in waiting if row["kind"] != "own"))
    found = [
        first,
        "" if shown(state["elected_referent"]) else "Désigner un élu référent.",
        "" if state["owner_commitment"] in ("confirmed", "") else "Obtenir la confirmation du maître d’ouvrage.",
        f"Trouver {euros(gap)} pour boucler le plan de financement." if gap > 0 else "",
        f"Appuyer les demandes de financement auprès de : {', '.join(filter(None, funders))}." if any(funders) else "",
    ]
    return [ask for ask in found if ask][:4]


def excerpt(text, most):
    """Return `text` on one line, or as many of its first sentences, or else words, as `most` characters hold."""
    text = _one_line(text)
    if len(text) <= most:
        return text
    kept = ""
    for part in re.split(r"(?<=[.!?…]) ", text):
        if len(kept) + 1 + len(part) > most:
            break
        kept = f"{kept} {part}".strip()
    if len(kept) < most / 3:
        whole = text[: most + 1].rpartition(" ")[0]
        kept = (whole or text[:most]).rstrip(" ,;:–-(")
    return kept + CUT


def _one_line(text):
    """Join the lines of `text`; its no-break spaces stay."""
    return re.sub(r"[ \t\r\n]+", " ", text or "").strip()


def _lines(*lines):
    return [line for line in lines if line]
