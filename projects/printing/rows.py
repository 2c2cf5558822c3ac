"""The rows of the tables: phases, indicators, obstacles."""

from cdn_portal.lib import charts, dates, gantt
from cdn_portal.lib.numbers import SPACE, quantity

from ..models import choices
from .words import capital, day, label_of, shown

CRITICALITY = ((12, "très forte"), (8, "forte"), (4, "moyenne"), (1, "faible"))


def phases(sheet):
    """Return the phases as charts draw them."""
    return [
        charts.Phase(
            shown(row["label"]) or "Étape à préciser", row["starts_on"], row["ends_on"], shown(row["deliverable"])
        )
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


def indicator(row):
    """Return an indicator as a row of words."""
    unit = shown(row["unit"])
    details = [
        label_of(choices.IndicatorFamily.choices, row["family"]),
        "livrable" if row["kind"] == choices.IndicatorKind.DELIVERABLE else "",
        f"source : {shown(row['source'])}" if shown(row["source"]) else "",
        label_of(choices.Frequency.choices, row["frequency"]).lower(),
        f"mesuré par {shown(row['measured_by'])}" if shown(row["measured_by"]) else "",
        f"alerte à {quantity(row['alert_threshold'], unit)}" if row["alert_threshold"] is not None else "",
    ]
    text = ", ".join(filter(None, details))
    direction = label_of(choices.Direction.choices, row["direction"])
    return {
        "label": shown(row["label"]) or "Indicateur à préciser",
        "details": capital(text),
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
