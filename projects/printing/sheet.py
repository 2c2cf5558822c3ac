"""The page of the fiche action."""

from cdn_portal.lib import charts, dates
from cdn_portal.lib.numbers import SPACE, euros, number, percent, quantity

from .. import plan, sections
from ..models import choices
from .content import Printed
from .financing import plan_tables
from .rows import indicator, obstacle, phase_rows
from .thread import events, sources
from .words import blocks, item, items, label_of, many, paragraphs, sentence, shown


def sheet_page(facts, *, is_close=False):
    """Return the context of pdf/sheet.html; `is_close` sets its lines a little closer."""
    sheet = Printed(facts)
    return sheet.identity | {
        "is_close": is_close,
        "pitch": shown(sheet.state["pitch"]),
        "figures": [figure for figure in (budget(sheet), remainder(sheet), calendar(sheet), people(sheet)) if figure],
        "blocks": blocks(project(sheet), actors(sheet), means(sheet)),
        "chart": cost_chart(sheet),
        "plans": plan_tables(sheet.state),
        "plan_items": items(plan_notes(sheet)),
        "calendar_items": items(calendar_notes(sheet)),
        **phase_rows(sheet),
        "indicators": [indicator(row) for row in sheet.rows["indicators"]],
        "obstacles": [obstacle(row) for row in sheet.rows["obstacles"]],
        "sources": items(sources(sheet)),
        "events": events(facts),
        "documents": many(len(sheet.frozen["documents"]), "pièce jointe", "pièces jointes"),
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
        item("Avancement", [sheet.delivery]),
        sheet.text("need"),
        item(sections.label("objectives"), paragraphs(state["objectives"]), is_list=True),
        sheet.several("target_publics", "target_publics_details"),
        item(
            sections.label("beneficiaries"),
            [estimated or ("Non estimés" if state["beneficiaries_not_estimated"] else "")],
        ),
        sheet.text("expected_results"),
        sheet.chosen("participation", "Participation"),
        sheet.chosen("maturity"),
        item("Autres thématiques", [sentence(sheet.names["secondary_thematics"].values())]),
        item("Territoire", [where(sheet), *paragraphs(state["territory_details"])]),
    ]


def where(sheet):
    """Return the scale of the project and the places that it names, unless they are nearly all there are."""
    scale, places = sheet.choice("scale"), ", ".join(sheet.places)
    if scale and places and not sheet.is_everywhere:
        return f"{scale}{SPACE}: {places}"
    return scale or places


def actors(sheet):
    return "Les acteurs", [
        sheet.chosen("ownership_mode"),
        item("Engagement", [commitment(sheet.state, sheet.choice("owner_commitment"))]),
        sheet.text("owner_rationale", "Choix du porteur"),
        sheet.text("technical_referent"),
        sheet.text("elected_referent"),
        item("Pilote au Département", [shown(sheet.frozen["department_pilot"])]),
        item("Partenaires", [partner(sheet, row) for row in sheet.rows["partners"]], is_list=True),
    ]


def commitment(state, words):
    """Return the commitment of the owner with its date and who gave it, "" when it is not known."""
    if words and state["owner_commitment_on"]:
        words += f" le {dates.display(state['owner_commitment_on'])}"
    if words and shown(state["owner_commitment_by"]):
        words += f" par {shown(state['owner_commitment_by'])}"
    return words


def partner(sheet, row):
    """Return a partner in one line: name, role, contribution, commitment."""
    role = label_of(choices.PartnerRole.choices, row["role"])
    engagement = label_of(choices.Commitment.choices, row["commitment"]).lower()
    name = sheet.partners[row["uid"]] + (f" ({role.lower()})" if role else "")
    said = ", ".join(filter(None, (shown(row["contribution"]), f"engagement {engagement}" if engagement else "")))
    return f"{name}{SPACE}: {said}" if said else name


def means(sheet):
    return "La réalisation", [
        sheet.text("technical_description", "Technique"),
        sheet.several("prerequisites"),
        sheet.text("personal_data"),
        sheet.text("hosting"),
        sheet.text("interoperability", "Autres logiciels"),
        sheet.text("accessibility"),
        sheet.text("sobriety"),
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
    return charts.stacked_bars(
        _over(series, plan.years(sheet.state)), title="Dépenses par année et par nature", width=780
    )


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


def calendar_notes(sheet):
    """Return what the key figure of the calendar does not say."""
    duration = sheet.choice("duration") if any(sheet.span) and not all(sheet.span) else ""
    recurring = "Se répète chaque année" if sheet.state["is_recurring"] else ""
    return [item("Durée", [", ".join(filter(None, (duration, recurring)))])]
