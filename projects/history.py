"""The life of a sheet and the history of its content, in French sentences."""

from collections import defaultdict

from django.utils import timezone

from cdn_portal.lib import dates
from cdn_portal.lib.merge import ABSENT
from cdn_portal.lib.numbers import SPACE

from . import content, inspiration, sections
from .models import ProjectSheet
from .reading import display
from .workflow import STEPS, label

IMPORT = "Reprise d'une fiche existante"
LONG = 120
# The columns that name a row, in any table, the best first.
TITLES = ("label", "funder", "organisation_name", "name", "description", "organisation", "use_case", "target")


def events(sheet):
    """Return the steps of the sheet for components/timeline.html, oldest first: statuses and versions, no name."""
    lines = sheet.transitions.select_related("version").defer("version__content").order_by("at", "pk")
    found = [_event(sheet.created_at, "La fiche est commencée", None, "draft")]
    for line in lines:
        step = STEPS.get(line.name)
        version = line.version if step is None or step.freezes else None
        found.append(
            _event(line.at, ProjectSheet.Status(line.to_status).label if step else IMPORT, version, line.to_status)
        )
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


def entries(sheet):
    """Return everything done to a sheet, newest first, as (when, kind, key): to be paged, then told by `lines`."""
    saved = [(at, "edit", pk) for at, pk in sheet.edits.values_list("at", "pk")]
    taken = [(at, "step", pk) for at, pk in sheet.transitions.values_list("at", "pk")]
    return sorted([*saved, *taken], reverse=True)


def lines(sheet, page):
    """Return some entries told in French: when, who, the step taken or the sentences of what changed."""
    keys = {kind: [pk for _at, found, pk in page if found == kind] for kind in ("edit", "step")}
    steps = {each.pk: each for each in sheet.transitions.filter(pk__in=keys["step"]).select_related("by")}
    told = {
        each.pk: (each, said) for each, said in sentences(sheet.edits.filter(pk__in=keys["edit"]).select_related("by"))
    }
    return [_step_line(steps[pk]) if kind == "step" else _edit_line(*told[pk]) for _at, kind, pk in page]


def _step_line(step):
    title = f"{label(step.name)}{SPACE}: la fiche est «{SPACE}{step.get_to_status_display()}{SPACE}»."
    return {
        "at": step.at,
        "by": step.by,
        "title": title,
        "status": step.to_status,
        "comment": step.comment,
        "sentences": [],
    }


def _edit_line(edit, said):
    return {"at": edit.at, "by": edit.by, "title": "", "status": "", "comment": "", "sentences": said}


def sentences(saved):
    """Return [(edit, [sentence, …])] for some edits."""
    saved = list(saved)
    teller = Teller(saved)
    return [(edit, teller.sentences(edit.changes)) for edit in saved]


class Teller:
    """Tells recorded changes in French; reads the names behind the codes of all the edits at once."""

    def __init__(self, saved):
        wanted = defaultdict(set)
        for edit in saved:
            for path, values in edit.changes.items():
                model = _target(path)
                if model:
                    wanted[model] |= {code for value in values for code in _codes(value)}
        self.names = {model: _names(model, codes) for model, codes in wanted.items() if codes}
        self.titles = _row_titles(saved)
        self.examples = (
            inspiration.titles() if any("use_case" in path for edit in saved for path in edit.changes) else {}
        )

    def sentences(self, changes):
        """Return the sentences of one edit; what changed nothing to the eye is not told."""
        told = (self._sentence(path, *change) for path, change in changes.items() if _is_told(path, changes))
        return [sentence for sentence in told if sentence]

    def _sentence(self, path, before, after):
        name, _, cell = path.partition("/")
        if name == "documents":
            return _document(cell, before, after)
        if name not in sections.ROWS:
            said = self._change(sections.field(name), before, after)
            return said and f"{sections.label(name)}{SPACE}: {said}"
        return self._row_sentence(sections.ROWS[name], cell, before, after)

    def _row_sentence(self, rows, cell, before, after):
        uid, _, column = cell.partition("/")
        title = self._row_title(rows, uid)
        row = f"la ligne «{SPACE}{_short(title)}{SPACE}»" if title else "une ligne"
        if not column:
            return f"{rows.label}{SPACE}: {row} est {'retirée' if after in (False, ABSENT) else 'ajoutée'}."
        model_field = rows.field(column)
        said = self._change(model_field, before, after)
        return said and f"{rows.label}, {row}, {model_field.verbose_name}{SPACE}: {said}"

    def _row_title(self, rows, uid):
        column, value = self.titles.get((rows.name, uid), ("", ""))
        return self._words(rows.field(column), value) if value else ""

    def _change(self, model_field, before, after):
        before, after = self._words(model_field, before), self._words(model_field, after)
        return _from_to(before, after) if before != after else ""

    def _words(self, model_field, value):
        if value == ABSENT or value in (None, ""):
            return ""
        if model_field.name in sections.LISTS:
            return ", ".join(str(dict(sections.LISTS[model_field.name].choices).get(code, code)) for code in value)
        if model_field.name == "use_case":
            return self.examples.get(value, value)
        if model_field.is_relation:
            known = self.names.get(model_field.related_model, {})
            return ", ".join(str(known.get(code, code)) for code in _codes(value))
        return display(model_field, value)


def _target(path):
    """Return the model whose records the values of a path name, None for plain values."""
    name, _, cell = path.partition("/")
    column = cell.partition("/")[2]
    if name in sections.FIELDS:
        return sections.field(name).related_model
    if name in sections.ROWS and column and column != "position":
        return sections.ROWS[name].field(column).related_model
    return None


def _codes(value):
    if value == ABSENT or value in (None, ""):
        return []
    return value if isinstance(value, list) else [value]


def _names(model, codes):
    key = content.KEYS[model]
    return {getattr(record, key): _name(record) for record in model.objects.filter(**{f"{key}__in": codes})}


def _name(record):
    """Return what people call a record; a draft of others keeps its title to itself."""
    if isinstance(record, ProjectSheet):
        return record.reference or "une fiche en brouillon"
    return str(record)


def _row_titles(saved):
    """Return {(table, uid): (column, value)} of what names the rows that some edits change, there or in the database."""
    titles, wanted = {}, defaultdict(set)
    for edit in saved:
        for path, change in edit.changes.items():
            name, _, cell = path.partition("/")
            uid, _, column = cell.partition("/")
            if name not in sections.ROWS:
                continue
            wanted[name].add(uid)
            value = next((value for value in reversed(change) if value not in ("", None, ABSENT)), None)
            if column in TITLES and value and _is_better(column, titles.get((name, uid))):
                titles[name, uid] = (column, value)
    return _stored_titles({edit.sheet_id for edit in saved}, wanted, set(titles)) | titles


def _is_better(column, known):
    return known is None or TITLES.index(column) <= TITLES.index(known[0])


def _stored_titles(sheets, wanted, known):
    """Return the titles, in the database, of the rows that no edit names."""
    found = {}
    for name, uids in wanted.items():
        column = next((column for column in TITLES if column in sections.ROWS[name].fields), None)
        lacking = [uid for uid in uids if (name, uid) not in known]
        if column and lacking:
            rows = sections.ROWS[name].model.objects.filter(sheet__in=sheets, uid__in=lacking)
            found |= {(name, uid): (column, title) for uid, title in rows.values_list("uid", column)}
    return found


def _is_told(path, changes):
    """A row added or removed is told once, not cell by cell; its place is never told."""
    name, _, cell = path.partition("/")
    uid, _, column = cell.partition("/")
    if name not in sections.ROWS or not column:
        return True
    return column != "position" and f"{name}/{uid}" not in changes


def _document(cell, before, after):
    if cell.endswith("/is_public"):
        return "Document publié avec la fiche." if after else "Document réservé aux auteurs et aux agents."
    if before == ABSENT:
        return f"Document ajouté{SPACE}: «{SPACE}{after}{SPACE}»."
    return f"Document retiré{SPACE}: «{SPACE}{before}{SPACE}»."


def _from_to(before, after):
    if not before:
        return f"«{SPACE}{_short(after)}{SPACE}» ajouté."
    if not after:
        return f"«{SPACE}{_short(before)}{SPACE}» effacé."
    before, after = _where_they_differ(before, after)
    return f"«{SPACE}{_short(before)}{SPACE}» remplacé par «{SPACE}{_short(after)}{SPACE}»."


def _where_they_differ(before, after):
    """Return two texts from a little before the first word that differs, when they are too long to be read whole."""
    if max(len(before), len(after)) <= LONG:
        return before, after
    same = next(
        (rank for rank, (one, other) in enumerate(zip(before, after, strict=False)) if one != other),
        min(len(before), len(after)),
    )
    start = before.rfind(" ", 0, max(same - 20, 0)) + 1
    lead = "… " if start else ""
    return lead + before[start:], lead + after[start:]


def _short(text):
    return text if len(text) <= LONG else f"{text[:LONG].rstrip()}…"
