"""What the note aux élus says: one page, the few words that an elected official needs.

Texts are shortened at the end of a sentence, or of a word, by `room`, a share of what a page of large type holds.
"""

import re
from dataclasses import dataclass
from itertools import accumulate

from cdn_portal.lib import charts, dates
from cdn_portal.lib.numbers import SPACE, euros, number

from .. import plan
from ..models import ProjectSheet
from .content import Printed
from .rows import obstacle, phases
from .words import capital, many, paragraphs, sentence, shown

# The size of the letters and the share of the texts, tried in turn until the note holds on one page.
FITS = (("large", 1), ("", 1), ("tight", 1), ("tight", 0.75), ("tight", 0.5), ("tight", 0.3))
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


@dataclass(frozen=True)
class Room:
    """How much of the texts is told: a share of what a page of ordinary letters holds."""

    share: float

    def text(self, text, most):
        """Return the beginning of `text` (see `excerpt`), `most` characters in a whole room."""
        return excerpt(text, round(most * self.share))

    def entries(self, entries, most):
        """Return the first entries, whole, that hold together in `most` characters of a whole room."""
        lengths = accumulate(len(entry) + 2 for entry in entries)
        return [entry for entry, length in zip(entries, lengths, strict=True) if length <= most * self.share]


def brief_page(facts, size="", room=1):
    """Return the context of pdf/brief.html, in letters of `size`, texts shortened by `room` (see FITS)."""
    sheet, room = Printed(facts), Room(room)
    return sheet.identity | {
        "title": room.text(sheet.title, 180),
        "whole_title": sheet.title,
        "owner": room.text(sheet.owner, 120),
        "notice": room.text(shown(sheet.frozen["notice"]), 200),
        "size": size,
        "pitch": room.text(sheet.state["pitch"], 320),
        "what": what(sheet, room),
        "for_whom": for_whom(sheet, room),
        "how_much": how_much(sheet, room),
        "meter": meter(sheet),
        "who": who(sheet, room),
        "when": when(sheet, room),
        "risks": risks(sheet, room),
        "asks": [room.text(ask, 220) for ask in asks(sheet)],
    }


def what(sheet, room):
    """Return the need and the first objectives: all of them when there is no pitch to say the project in a sentence."""
    objectives = paragraphs(sheet.state["objectives"])
    aims = "" if shown(sheet.state["pitch"]) or not objectives else f"Objectifs : {f'{SPACE}; '.join(objectives)}"
    return _lines(room.text(sheet.state["need"], 260), room.text(aims, 260))


def for_whom(sheet, room):
    details = paragraphs(sheet.state["target_publics_details"])
    only_other = details and sheet.state["target_publics"] == ["other"]
    described = (
        f"{SPACE}; ".join(details) if only_other else sentence(sheet.listed("target_publics")) or ", ".join(details)
    )
    reached = sheet.state["beneficiaries"]
    where = capital(sheet.territory)
    if sheet.places and len(sheet.places) <= 4:
        where = ", ".join(sheet.places)
    if sheet.population:
        where += f" ({number(sheet.population)}{SPACE}habitants)"
    return _lines(
        room.text(described, 200),
        f"{number(reached)}{SPACE}bénéficiaires estimés" if reached else "",
        room.text(where, 200),
    )


def how_much(sheet, room):
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
        room.text(sheet.state["plan_gap_reason"], 160) if gap else "",
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


def who(sheet, room):
    return _lines(
        room.text(named("Porté par", sheet.owner), 160),
        with_whom(list(sheet.partners.values()), room),
        room.text(named("Élu référent", sheet.state["elected_referent"]), 120),
        room.text(named("Pilote au Département", sheet.frozen["department_pilot"]), 120),
    )


def named(label, name):
    """Return « label : name », "" without a name."""
    return f"{label}{SPACE}: {shown(name)}" if shown(name) else ""


def with_whom(names, room):
    """Return the first partners, whole names, and how many others there are."""
    told = room.entries(names, 200)
    others = len(names) - len(told)
    if not told:
        return f"Avec : {many(others, 'partenaire', 'partenaires')}" if others else ""
    return f"Avec : {', '.join(told)}" + (f" et {others} autre{'s' if others > 1 else ''}" if others else "")


def when(sheet, room):
    """Return how long the project lasts and its first steps, whole."""
    period = capital(sheet.period) or sheet.choice("duration")
    steps = [
        f"{phase.label} ({dates.period(phase.start[:7], phase.end[:7])})"
        for phase in phases(sheet)
        if phase.start or phase.end
    ]
    return _lines(period, f"{SPACE}; ".join(room.entries(steps[:4], 240)))


def risks(sheet, room):
    """Return the three worst obstacles that are still open."""
    found = map(obstacle, sheet.rows["obstacles"])
    worst = sorted((each for each in found if each["is_open"]), key=lambda each: -each["rank"])[:3]
    return [
        {
            "description": room.text(each["description"], 110).rstrip("."),
            "level": each["level"],
            "answer": room.text(each["answer"], 130),
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
