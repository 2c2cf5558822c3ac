"""The thread of life of a sheet: where it comes from, what happened to it."""

from cdn_portal.lib.numbers import SPACE

from ..models import choices
from .words import day, item, label_of, shown


def sources(sheet):
    """Return where the sheet comes from: its origin, the examples that inspired it, the sheets it is linked to."""
    origin = f"{SPACE}: ".join(filter(None, (sheet.choice("origin"), shown(sheet.frozen["workshop_reference"]))))
    return [
        item("Origine", [origin]),
        item("Inspiration", [inspiration(sheet, row) for row in sheet.rows["inspirations"]], is_list=True),
        item("Fiches liées", [link(sheet, row) for row in sheet.rows["links"]], is_list=True),
    ]


def inspiration(sheet, row):
    """Return an example by its title, how relevant it is here and how it is adapted."""
    title = shown(sheet.facts["use_cases"].get(row["use_case"], "")) or f"Cas d’usage {row['use_case']}"
    relevance = label_of(choices.Relevance.choices, row["relevance"]).lower()
    said = ". ".join(
        filter(None, (f"pertinent ici{SPACE}: {relevance}" if relevance else "", shown(row["adaptation"])))
    )
    return f"{title} – {said}" if said else title


def link(sheet, row):
    """Return a link by the reference of the other sheet, "" for a draft: its title is not ours to tell."""
    reference = sheet.names["links"].get(row["uid"], "").partition(" – ")[0]
    kind = label_of(choices.LinkKind.choices, row["kind"])
    return "" if reference in ("", "Brouillon") else f"{kind} {reference}"


def events(facts):
    """Return the life of the sheet as (day in words, what happened), with the number of the version frozen then.

    A step that left the sheet where it was, such as a question to an expert, is not told twice.
    """
    found = []
    for on, title, version in facts["events"]:
        words = title + (f", version {version}" if version else "")
        if not found or found[-1][1] != words:
            found.append((day(on), words))
    return found
