"""The life of a sheet and the history of its content, in French sentences."""

from django.utils import timezone

from cdn_portal.lib import dates
from cdn_portal.lib.merge import ABSENT

from . import sections
from .models import ProjectSheet
from .reading import display
from .workflow import STEPS

IMPORT = "Reprise d'une fiche existante"
LONG = 120


def events(sheet):
    """Return the steps of the sheet for components/timeline.html, oldest first: statuses and versions, no name."""
    lines = sheet.transitions.select_related("version").order_by("at", "pk")
    found = [_event(sheet.created_at, "La fiche est commencée", None, "draft")]
    for line in lines:
        step = STEPS.get(line.name)
        version = line.version if step is None or step.freezes else None
        found.append(_event(line.at, ProjectSheet.Status(line.to_status).label if step else IMPORT, version, line.to_status))
    return found


def _event(moment, title, version, status):
    """Return one event; `version` is the one that the step froze, or None."""
    day = timezone.localdate(moment).isoformat()
    text = f"Version {version.number}, empreinte {version.sha256[:12]}" if version else ""
    return {
        "when": dates.display(day), "date": day, "title": title, "text": text, "by": "", "url": "", "status": status,
        "version": version.number if version else None,
    }  # fmt: skip


def edits(sheet):
    """Return the saved changes of a sheet, newest first."""
    return sheet.edits.select_related("by").order_by("-revision")


def sentences(saved):
    """Return [(edit, [sentence, …])] for some edits."""
    return [(edit, [_sentence(path, *change) for path, change in edit.changes.items() if _is_told(path, edit.changes)]) for edit in saved]


def _is_told(path, changes):
    """A row added or removed is told once, not cell by cell."""
    name, _, cell = path.partition("/")
    if not cell:
        return True
    if name not in sections.ROWS:
        return True
    uid, _, column = cell.partition("/")
    return not column or (column != "position" and f"{name}/{uid}" not in changes)


def _sentence(path, before, after):
    name, _, cell = path.partition("/")
    if name == "documents" and cell.endswith("/is_public"):
        return "Document publié avec la fiche." if after else "Document réservé aux auteurs et aux agents."
    if name == "documents":
        return f"Document ajouté : « {after} »." if before == ABSENT else f"Document retiré : « {before} »."
    if name not in sections.ROWS:
        return f"{sections.label(name)} : {_from_to(_words(sections.field(name), before), _words(sections.field(name), after))}"
    rows = sections.ROWS[name]
    if "/" not in cell:
        return f"{rows.label} : une ligne {'retirée' if after in (False, ABSENT) else 'ajoutée'}."
    model_field = rows.field(cell.split("/")[1])
    return f"{rows.label}, {model_field.verbose_name} : {_from_to(_words(model_field, before), _words(model_field, after))}"


def _words(model_field, value):
    if value == ABSENT:
        return ""
    if model_field.name in sections.LISTS:
        return ", ".join(str(dict(sections.LISTS[model_field.name].choices).get(code, code)) for code in value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return display(model_field, value)


def _from_to(before, after):
    if not before:
        return f"« {_short(after)} » ajouté."
    return f"« {_short(before)} » remplacé par « {_short(after)} »." if after else f"« {_short(before)} » effacé."


def _short(text):
    return text if len(text) <= LONG else f"{text[:LONG].rstrip()}…"
