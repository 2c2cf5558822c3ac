"""Two people changed the same answer: the question asked, in words, and what was chosen put back where it was typed."""

from copy import deepcopy
from dataclasses import dataclass
from itertools import groupby

from django import forms

from cdn_portal.lib.merge import ABSENT
from projects import reading, sections

from . import factory
from .fields import Listed, ListedSeveral, OneOf, SeveralOf

THEIRS, MINE, THIRD = "theirs", "mine", "third"


@dataclass
class Question:
    """One answer to choose: what it was, what another person made of it, what this one wants."""

    path: str
    label: str
    before: str
    theirs: str
    mine: str
    by: str
    at: object
    third: object = None

    @property
    def id(self):
        return "choix-" + self.path.replace("/", "-")


def questions(page, conflicts, edits):
    """Return the questions of some conflicts; a row that one removed and the other changed makes one question.

    `page` holds the forms that were sent; `edits` are the saved changes since the page was opened, the latest first.
    """
    found = []
    for row, group in groupby(conflicts, key=_removed_row):
        group = list(group)
        found += [_row_question(page, row, group, edits)] if row else [_question(page, one, edits) for one in group]
    return found


def _removed_row(conflict):
    """Return "costs/<uid>" when one side removed the row, "" otherwise."""
    if ABSENT not in (conflict.theirs, conflict.mine):
        return ""
    return "/".join(conflict.path.split("/")[:2])


def _question(page, conflict, edits):
    field, model_field = _fields(page, conflict.path)
    values = (_words(field, model_field, value) for value in (conflict.base, conflict.theirs, conflict.mine))
    question = Question(conflict.path, page.labels.get(conflict.path, ""), *values, *_author(edits, [conflict.path]))
    question.third = _third(field, model_field, conflict.path, conflict.mine)
    return question


def _row_question(page, row, group, edits):
    name, uid = row.split("/")
    table = next(table for table in page.tables if table.name == name)
    number = next((n for n, form in enumerate(table, start=1) if form.key == uid), 0)
    sides = (_row_words(page, [(one.path, getattr(one, side)) for one in group]) for side in ("base", "theirs", "mine"))
    label = f"{table.noun} {number}" if number else table.noun
    return Question(row, label, *sides, *_author(edits, [row, *(one.path for one in group)]))


def _row_words(page, values):
    if all(value == ABSENT for _path, value in values):
        return "Ligne retirée"
    lines = []
    for path, value in values:
        field, model_field = _fields(page, path)
        lines.append(f"{field.label} : {_words(field, model_field, value)}")
    return "\n".join(lines)


def _author(edits, paths):
    """Return who last changed one of these paths, and when."""
    edit = next((edit for edit in edits if any(path in edit.changes for path in paths)), None)
    return (str(edit.by) if edit.by else "le portail", edit.at) if edit else ("une autre personne", None)


def _fields(page, path):
    name, *rest = path.split("/")
    if not rest:
        return page.form.fields[name], sections.field(name)
    table = next(table for table in page.tables if table.name == name)
    return table.form.base_fields[rest[1]], sections.ROWS[name].field(rest[1])


def _words(field, model_field, value):
    """Return a plain value as people read it; a dash when there is none."""
    if value in (None, "", [], False) or value == ABSENT:
        return "–"
    if isinstance(field, Listed | ListedSeveral):
        keys = value if isinstance(value, list) else [value]
        return ", ".join(field.labels.get(key, key) for key in keys)
    if isinstance(field, OneOf | SeveralOf):
        labels = dict(_flat(field.choices))
        keys = value if isinstance(value, list) else [value]
        return ", ".join(str(labels.get(key, key)) for key in keys)
    return reading.display(model_field, value)


def _flat(options):
    for key, label in options:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label


def _third(field, model_field, path, mine):
    """Return the field where a third answer is written."""
    form = forms.Form(prefix=THIRD, initial={path: factory.initial(model_field, mine)})
    form.use_required_attribute = False
    form.fields[path] = deepcopy(field)
    form.fields[path].label, form.fields[path].help_text, form.fields[path].required = (
        "Votre troisième réponse",
        "",
        False,
    )
    return form[path]


def settle(page, data, theirs):
    """Return `data` with the choices made, and whether every question was answered.

    `theirs` is the content {path: value} that the questions showed as the other person's.
    """
    data, answered = data.copy(), True
    for path in data.getlist("question"):
        choice = data.get(f"keep-{path}")
        if choice == THEIRS:
            _take_theirs(page, data, path, theirs)
        elif choice == THIRD:
            _take_third(page, data, path)
        elif choice != MINE:
            answered = False
    return data, answered


def _take_theirs(page, data, path, theirs):
    if path.count("/") == 1:
        _keep_their_row(page, data, path, theirs)
    elif path in theirs and (html := _html_name(page, path)):
        field, model_field = _fields(page, path)
        _put(data, html, field.prepare_value(factory.initial(model_field, theirs[path])))


def _keep_their_row(page, data, path, theirs):
    """Keep the row when they kept it (its cells are already theirs), remove it when they did."""
    if form := _row_form(page, path):
        name = form.add_prefix("DELETE")
        data.pop(name, None)
        if path not in theirs:
            data[name] = "on"


def _take_third(page, data, path):
    if html := _html_name(page, path):
        for suffix in ("", "-add"):
            data.setlist(html + suffix, data.getlist(f"{THIRD}-{path}{suffix}"))


def _put(data, name, value):
    data.pop(name, None)
    data.pop(f"{name}-add", None)
    if isinstance(value, list):
        data.setlist(name, value)
    elif value is True:
        data[name] = "on"
    elif value not in (None, False):
        data[name] = str(value)


def _html_name(page, path):
    name, *rest = path.split("/")
    if not rest:
        return name if name in page.form.fields else None
    form = _row_form(page, path)
    return form.add_prefix(rest[1]) if form else None


def _row_form(page, path):
    name, uid = path.split("/")[:2]
    return next((table.find(uid) for table in page.tables if table.name == name), None)
