"""What the fiche action says on paper: plain values for templates/pdf/sheet.html.

Everything comes from the facts of a document (see `documents.facts`), nothing from the database: the same facts give
the same page. What nobody answered is left out, its heading too.
"""

from dataclasses import dataclass
from datetime import date

from cdn_portal.lib import charts, dates, gantt
from cdn_portal.lib.numbers import SPACE, euros, number, percent, quantity
from cdn_portal.lib.signs import sign

from . import plan, sections
from .models import ProjectSheet, choices
from .plan_table import plan_tables

LINE = 200  # characters of short entries that read better one after the other
NO_TITLE = "Fiche sans intitulé"
MARK = "Aperçu – brouillon"
CRITICALITY = ((12, "très forte"), (8, "forte"), (4, "moyenne"), (1, "faible"))


@dataclass(frozen=True)
class Item:
    """A label and what it says: paragraphs, or the entries of a list."""

    label: str
    lines: tuple
    is_list: bool = False


@dataclass(frozen=True)
class Block:
    """A heading and its items; never empty."""

    heading: str
    items: list


class Printed:
    """The content of a sheet in the words of a document."""

    def __init__(self, facts):
        self.facts, self.frozen = facts, facts["frozen"]
        self.state, self.names = self.frozen["content"], self.frozen["names"]
        self.rows = self.state["rows"]

    # Who and what

    @property
    def title(self):
        return shown(self.state["title"]) or NO_TITLE

    @property
    def owner(self):
        return shown(self.names["project_owner"])

    @property
    def thematic(self):
        code, name = self.state["thematic"], self.names["thematic"]["name"]
        return {"code": code, "name": name, "sign": sign(f"thematic-{code}", "Signe de la thématique")}

    @property
    def status(self):
        return ProjectSheet.Status(self.facts["status"]).label

    @property
    def tax(self):
        return "TTC" if self.state["amounts_include_tax"] else "HT"

    def choice(self, name):
        """Return the words of a field chosen in a closed list."""
        return label_of(sections.field(name).choices, self.state[name])

    def listed(self, name):
        """Return the words of a field that holds several values of a closed list."""
        return [label_of(sections.LISTS[name].choices, value) for value in self.state[name]]

    # Items

    def text(self, name, label=""):
        return item(label or sections.label(name), paragraphs(self.state[name]))

    def chosen(self, name):
        return item(sections.label(name), [self.choice(name)])

    def several(self, name, details=""):
        """Return the choices of a list as one sentence, then the details that people added."""
        added = paragraphs(self.state[details]) if details else []
        if sum(map(len, added)) <= LINE:
            added = [sentence(added)]
        only_other = added and self.state[name] == ["other"]
        return item(sections.label(name), [*([] if only_other else [sentence(self.listed(name))]), *added])

    # Places

    @property
    def places(self):
        """Return the names of what the project covers, smallest first."""
        return [place["name"] for kind in ("communes", "epcis") for place in self.names[kind].values()]

    @property
    def population(self):
        """Return the people who live where the project takes place, or None when it cannot be told."""
        if self.names["department_population"]:
            return self.names["department_population"]
        kinds = ("epcis", "communes") if self.state["scale"] == "epci" else ("communes", "epcis")
        found = [sum(place["population"] or 0 for place in self.names[kind].values()) for kind in kinds]
        return found[0] or found[1] or None

    @property
    def territory(self):
        """Return where the project takes place, in a few words."""
        if self.state["scale"] == "department":
            return "tout le département"
        counts = [
            many(len(self.names["communes"]), "commune", "communes"),
            many(len(self.names["epcis"]), "intercommunalité", "intercommunalités"),
        ]
        return " et ".join(filter(None, counts)) or self.choice("scale").lower()

    # Time

    @property
    def span(self):
        """Return the first and the last partial date of the project, each may be ""."""
        starts = [self.state["starts_on"]] if self.state["starts_on"] else [p["starts_on"] for p in self.rows["phases"]]
        ends = [self.state["ends_on"]] if self.state["ends_on"] else [p["ends_on"] for p in self.rows["phases"]]
        return min(filter(None, starts), default=""), max(filter(None, ends), default="")

    @property
    def period(self):
        return dates.period(*(value[:7] for value in self.span))

    # Lines

    @property
    def partners(self):
        """Return the names of the partners by the identifier of their row."""
        names = {row["uid"]: shown(self.names["partners"].get(row["uid"], row["name"])) for row in self.rows["partners"]}
        return {uid: name or "Partenaire à préciser" for uid, name in names.items()}

    @property
    def obstacles(self):
        """Return the obstacles as rows, in the order of the authors."""
        return [obstacle(row) for row in self.rows["obstacles"]]


def sheet_page(facts):
    """Return the context of pdf/sheet.html."""
    sheet = Printed(facts)
    return identity(sheet) | {
        "pitch": shown(sheet.state["pitch"]),
        "figures": [figure for figure in (budget(sheet), remainder(sheet), calendar(sheet), people(sheet)) if figure],
        "blocks": blocks(project(sheet), actors(sheet), means(sheet)),
        "chart": cost_chart(sheet),
        "plans": plan_tables(sheet.state),
        "plan_items": items(plan_notes(sheet)),
        "calendar_items": items(calendar_notes(sheet)),
        **phase_rows(sheet),
        "indicators": [indicator(row) for row in sheet.rows["indicators"]],
        "obstacles": sheet.obstacles,
        "thread": thread(sheet),
        "documents": many(len(sheet.frozen["documents"]), "pièce jointe", "pièces jointes"),
    }


def identity(sheet):
    """Return what every document of a sheet says of itself."""
    facts = sheet.facts
    return {
        "title": sheet.title,
        "mark": "" if facts["version"] else MARK,
        "reference": facts["reference"],
        "version": facts["version"],
        "date": day(facts["date"]),
        "hash": facts["sha256"],
        "thematic": sheet.thematic,
        "status": sheet.status,
        "owner": sheet.owner,
        "notice": shown(sheet.frozen["notice"]),
    }


# Key figures: label, value, note


def budget(sheet):
    total = plan.costs(sheet.state)
    if not total:
        words = sheet.choice("budget_magnitude")
        return {"label": "Budget", "value": words, "note": "ordre de grandeur", "is_text": True} if words else None
    years = plan.years(sheet.state)
    when = f"de {years[0]} à {years[-1]}" if len(years) > 1 else f"en {years[0]}"
    return {"label": "Budget total", "value": euros(total), "note": f"{sheet.tax}, {when}"}


def remainder(sheet):
    if not sheet.rows["costs"]:
        return None
    gap = plan.gap(sheet.state)
    if gap < 0:
        return {"label": "Recettes en trop", "value": euros(-gap), "note": "au-delà des dépenses"}
    granted = plan.total(row for row in sheet.rows["funding"] if row["status"] == "granted")
    note = f"{euros(granted)} acquis" if granted else "rien d’acquis à ce jour"
    return {"label": "Reste à financer", "value": euros(gap), "note": note}


def calendar(sheet):
    start, end = (value[:4] for value in sheet.span)
    if not start and not end:
        words = sheet.choice("duration")
        return {"label": "Durée", "value": words, "note": "", "is_text": True} if words else None
    value = start if start == end else " – ".join(filter(None, (start, end)))
    return {"label": "Calendrier", "value": value, "note": sheet.period}


def people(sheet):
    if not sheet.population:
        return None
    return {"label": "Population couverte", "value": number(sheet.population), "note": sheet.territory}


# Blocks of text


def project(sheet):
    state = sheet.state
    estimated = number(state["beneficiaries"]) if state["beneficiaries"] is not None else ""
    return "Le projet", [
        sheet.text("need"),
        item(sections.label("objectives"), paragraphs(state["objectives"]), is_list=True),
        sheet.several("target_publics", "target_publics_details"),
        item(sections.label("beneficiaries"), [estimated or ("Non estimés" if state["beneficiaries_not_estimated"] else "")]),
        sheet.text("expected_results"),
        sheet.chosen("participation"),
        sheet.chosen("maturity"),
        item("Autres thématiques", [sentence(sheet.names["secondary_thematics"].values())]),
        *territory(sheet),
    ]


def territory(sheet):
    state = sheet.state
    scale = sheet.choice("scale")
    where = f"{scale} : {', '.join(sheet.places)}" if sheet.places else scale
    return [item("Territoire", [where, *paragraphs(state["territory_details"])])]


def actors(sheet):
    state = sheet.state
    commitment = sheet.choice("owner_commitment")
    if commitment and state["owner_commitment_on"]:
        commitment += f" le {dates.display(state['owner_commitment_on'])}"
    if commitment and shown(state["owner_commitment_by"]):
        commitment += f" par {shown(state['owner_commitment_by'])}"
    mode = sheet.choice("ownership_mode")
    return "Les acteurs", [
        item("Maître d’ouvrage", [f"{sheet.owner} ({mode.lower()})" if sheet.owner and mode else sheet.owner or mode]),
        item("Engagement", [commitment]),
        sheet.text("owner_rationale"),
        sheet.text("technical_referent"),
        sheet.text("elected_referent"),
        item("Pilote au Département", [shown(sheet.frozen["department_pilot"])]),
        item("Partenaires", [partner(sheet, row) for row in sheet.rows["partners"]], is_list=True),
    ]


def partner(sheet, row):
    """Return a partner in one line: name, role, contribution, commitment."""
    role = label_of(choices.PartnerRole.choices, row["role"])
    commitment = label_of(choices.Commitment.choices, row["commitment"]).lower()
    name = sheet.partners[row["uid"]] + (f" ({role.lower()})" if role else "")
    said = ", ".join(filter(None, (shown(row["contribution"]), f"engagement {commitment}" if commitment else "")))
    return f"{name}{SPACE}: {said}" if said else name


def means(sheet):
    return "La réalisation", [
        sheet.text("technical_description", "Technique"),
        sheet.several("prerequisites"),
        *(sheet.text(name) for name in ("personal_data", "hosting", "interoperability", "accessibility", "sobriety")),
        sheet.text("organisation_description", "Organisation"),
        sheet.several("procedures"),
        sheet.text("communication"),
    ]


# Money


def cost_chart(sheet):
    natures = plan.by_nature(sheet.state)
    series = [
        charts.Series(label_of(choices.Nature.choices, nature), {str(year): value for year, value in sums.items()})
        for nature, sums in natures.items()
    ]
    return charts.stacked_bars(_over(series, plan.years(sheet.state)), title="Dépenses par année et par nature")


def _over(series, years):
    """Give every series the same years in order, so that bars follow the calendar."""
    return [charts.Series(each.label, {str(y): each.values.get(str(y), plan.ZERO) for y in years}) for each in series]


def plan_notes(sheet):
    state = sheet.state
    rate = plan.co_funding_rate(state)
    magnitude = sheet.choice("budget_magnitude") if not sheet.rows["costs"] else ""
    work = [
        f"{shown(row['organisation_name']) or 'Organisme à préciser'} : "
        f"{quantity(row['full_time_equivalent'], 'ETP')} en {row['year']}"
        for row in sheet.rows["staffing"]
    ]
    return [
        item(sections.label("budget_magnitude"), [magnitude]),
        item("Part des cofinanceurs", [f"{percent(rate)} des dépenses" if rate else ""]),
        sheet.text("plan_gap_reason", "Écart du plan"),
        item("Temps de travail", work, is_list=True),
        sheet.text("budget_notes", "Précisions"),
    ]


# Time


def phases(sheet):
    return [
        charts.Phase(shown(row["label"]) or "Étape à préciser", row["starts_on"], row["ends_on"], shown(row["deliverable"]))
        for row in sheet.rows["phases"]
    ]


def phase_rows(sheet):
    """Return the phases as rows of a table, each with its bar; a column that would be empty is left out."""
    found = phases(sheet)
    scale, bars = gantt.bars(found, scale_title="Échelle du temps, en années", bar_title="Barre :")
    rows = [
        {
            "label": phase.label,
            "when": " – ".join(filter(None, map(dates.typed, (phase.start, phase.end)))) or "à préciser",
            "note": phase.note,
            "bar": bar,
        }
        for phase, bar in zip(found, bars, strict=True)
    ]
    return {"phases": rows, "scale": scale, "has_deliverables": any(row["note"] for row in rows)}


def calendar_notes(sheet):
    """Return what the key figure of the calendar does not say."""
    duration = sheet.choice("duration") if any(sheet.span) and not all(sheet.span) else ""
    recurring = "Se répète chaque année" if sheet.state["is_recurring"] else ""
    return [item("Durée", [", ".join(filter(None, (duration, recurring)))])]


def indicator(row):
    """Return an indicator as a row of words."""
    unit = shown(row["unit"])
    details = [
        label_of(choices.IndicatorFamily.choices, row["family"]),
        f"source : {shown(row['source'])}" if shown(row["source"]) else "",
        label_of(choices.Frequency.choices, row["frequency"]).lower(),
        f"mesuré par {shown(row['measured_by'])}" if shown(row["measured_by"]) else "",
        f"alerte à {quantity(row['alert_threshold'], unit)}" if row["alert_threshold"] is not None else "",
    ]
    text = ", ".join(filter(None, details))
    direction = label_of(choices.Direction.choices, row["direction"])
    return {
        "label": shown(row["label"]) or "Indicateur à préciser",
        "details": _capital(text),
        "start": quantity(row["baseline_value"], unit) if row["baseline_value"] is not None else "Non mesuré",
        "start_on": day(row["baseline_on"]),
        "target": quantity(row["target_value"], unit) if row["target_value"] is not None else "À fixer",
        "target_on": ", ".join(filter(None, (day(row["target_on"]), direction.lower()))),
    }


def obstacle(row):
    """Return an obstacle as a row of words, with its criticality from 0 (unknown) to 16."""
    rank = (row["severity"] or 0) * (row["likelihood"] or 0)
    level = next((words for least, words in CRITICALITY if rank >= least), "")
    state = label_of(choices.ObstacleState.choices, row["state"])
    details = [label_of(choices.ObstacleCategory.choices, row["category"]), state if row["state"] != "open" else ""]
    return {
        "details": ", ".join(filter(None, details)),
        "description": shown(row["description"]) or "Frein à préciser",
        "rank": rank,
        "level": level,
        "scale": f"{rank}{SPACE}sur{SPACE}16" if rank else "",
        "answer": shown(row["answer"]),
        "answered_by": shown(row["answered_by"]),
        "is_open": row["state"] in ("open", "occurred"),
    }


# The thread of life

STEPS = {
    "submit": "Déposée",
    "take_back": "Reprise en brouillon",
    "withdraw": "Retirée",
    "start_review": "Instruction commencée",
    "request_changes": "Compléments demandés",
    "resubmit": "Complétée et renvoyée",
    "cancel_request": "Demande de compléments annulée",
    "declare_examined": "Déclarée instruite",
    "reopen": "Instruction rouverte",
    "merge": "Fusionnée avec une autre fiche",
    "select": "Retenue",
    "defer": "Ajournée",
    "set_aside": "Non retenue",
    "start_delivery": "Mise en œuvre démarrée",
    "complete": "Terminée",
    "abandon": "Abandonnée",
}


def thread(sheet):
    """Return the life of the sheet as (when, what happened): where it comes from, then its steps and versions."""
    origin = sheet.choice("origin")
    workshop = shown(sheet.frozen["workshop_reference"])
    links = [
        f"{label_of(choices.LinkKind.choices, row['kind'])} {reference}"
        for row in sheet.rows["links"]
        if (reference := sheet.names["links"].get(row["uid"], "").partition(" – ")[0]) not in ("", "Brouillon")
    ]
    before = [
        ("Origine", " : ".join(filter(None, (origin, workshop)))),
        ("Inspiration", many(len(sheet.rows["inspirations"]), "cas d’usage", "cas d’usage")),
        ("Fiches liées", " ; ".join(links)),
    ]
    return [entry for entry in before if entry[1]] + [(day(on), words) for on, words in _events(sheet.facts)]


def _events(facts):
    """Yield the steps in order, those that froze a version with its number, and versions that came without a step."""
    told = set()
    for on, name, number_ in facts["steps"]:
        if name in STEPS:
            freezes = name in ("submit", "resubmit") and number_
            told.add(number_ if freezes else None)
            yield on, STEPS[name] + (f", version {number_}" if freezes else "")
    for on, number_ in facts["versions"]:
        if number_ not in told:
            yield on, f"Version {number_} enregistrée"


# Words


def item(label, lines, *, is_list=False):
    """Return an Item, or None when it would say nothing; a list of one entry is a paragraph."""
    lines = tuple(line for line in lines if line)
    return Item(label, lines, is_list and len(lines) > 1) if lines else None


def items(found):
    return [each for each in found if each]


def blocks(*found):
    """Return the Blocks of (heading, items) that say something."""
    return [Block(heading, items(inside)) for heading, inside in found if items(inside)]


def shown(text):
    """Return `text` without the blanks around; "" when nothing of it would be seen."""
    text = (text or "").strip()
    return text if any(character.isprintable() and not character.isspace() for character in text) else ""


def paragraphs(text):
    return [line for part in (text or "").splitlines() if (line := shown(part))]


def sentence(words):
    """Return several choices as one enumeration: a capital at the start only, acronyms as they are."""
    return ", ".join(word if rank == 0 or word[1:2].isupper() else word[:1].lower() + word[1:] for rank, word in enumerate(words))


def label_of(listed, value):
    """Return the words of a value of a closed list, the value itself when the list has lost it, "" for none."""
    return "" if value in (None, "") else str(dict(listed).get(value, value))


def many(count, one, several):
    """Return « 3 communes », "" for none."""
    return f"{number(count)}{SPACE}{several if count > 1 else one}" if count else ""


def _capital(text):
    return text[:1].upper() + text[1:]


def day(value):
    """Return an ISO date, or a date, in words."""
    return dates.display(value.isoformat() if isinstance(value, date) else value)
