"""The one door to a sheet's content: merges what people change, stores it, records who changed what.

A content is flattened into paths: "title", "costs/<uid>/amount", and "costs/<uid>" (True while the row exists). Each
save names the revision it started from; what others changed since is merged path by path (PRODUCT.md, section 1).
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cdn_portal.lib.merge import ABSENT, Merge, merge

from . import content, permissions, sections
from .models import ProjectSheet, SheetEdit

ATTEMPTS = 20


class EditConflict(Exception):
    """Somebody else changed the same values; `conflicts` lists them and `revision` is the one to start from."""

    def __init__(self, conflicts, revision):
        self.conflicts = conflicts
        self.revision = revision
        super().__init__("Une autre personne a modifié les mêmes champs.")


class NotEditable(Exception):
    """The sheet cannot be changed any more: it was submitted, or thrown away."""


def flatten(state):
    """Return a content as {path: value}."""
    paths = {name: value for name, value in state.items() if name != "rows"}
    for name, rows in state["rows"].items():
        for position, row in enumerate(rows):
            paths[f"{name}/{row['uid']}"] = True
            paths[f"{name}/{row['uid']}/position"] = position
            paths |= {f"{name}/{row['uid']}/{key}": value for key, value in row.items() if key != "uid"}
    return paths


def apply(sheet, changes, *, by, base_revision=None):
    """Merge `changes` ({path: plain value}) into `sheet` and return its new revision.

    A row is added by its path with True and removed with False. Raises PermissionDenied, NotEditable when the
    sheet has moved on, EditConflict when others changed the same paths since `base_revision`, and ValidationError
    ({path: messages}) when a value is refused. Nothing is stored unless everything is.
    """
    for _attempt in range(ATTEMPTS):
        revision = _try(sheet.pk, changes, by, base_revision)
        if revision is not None:
            sheet.refresh_from_db()
            return revision
    raise EditConflict([], sheet.revision)


def seed(sheet, changes, *, by):
    """Store the first content of a sheet that was just created by a command or by its author."""
    with transaction.atomic():
        _write(sheet, changes, by)
    sheet.refresh_from_db()


@transaction.atomic
def _try(pk, changes, by, base_revision):
    sheet = ProjectSheet.objects.select_related("organisation").get(pk=pk)
    if not permissions.is_writer(by, sheet):
        raise PermissionDenied
    if not permissions.can_edit(by, sheet):
        raise NotEditable(f"La fiche est « {sheet.get_status_display()} » : elle ne se modifie plus.")
    theirs = flatten(content.state(sheet))
    base = theirs if base_revision is None else _as_of(sheet, theirs, base_revision)
    merged = _merge_rows(base, theirs, _with_removed_cells(changes, base, theirs))
    if merged.conflicts:
        raise EditConflict(merged.conflicts, sheet.revision)
    if not merged.changes:
        return sheet.revision
    return _write(sheet, merged.changes, by, before=theirs)


def _with_removed_cells(changes, *contents):
    """Return `changes` where a row that is removed takes its cells along, so that an edit of one of them shows."""
    wanted = dict(changes)
    for path in [path for path, value in changes.items() if value is False and path.count("/") == 1]:
        wanted[path] = ABSENT
        cells = {cell for known in contents for cell in known if cell.startswith(f"{path}/")}
        wanted |= dict.fromkeys(cells - {f"{path}/position"}, ABSENT)
    return wanted


def _merge_rows(base, theirs, mine):
    """Merge, knowing that the place of a row is no answer: the last order given holds, and moves no row back to life."""
    merged = merge(base, theirs, {path: value for path, value in mine.items() if not _is_place(path)})
    rows = {path for path, value in (theirs | merged.changes).items() if value is True}
    places = {path: value for path, value in mine.items() if _is_place(path)}
    moved = {path.split("/")[0] for path, value in places.items() if value != base.get(path)}
    changes = merged.changes | {
        path: value
        for path, value in places.items()
        if value != theirs.get(path) and path.split("/")[0] in moved and path.removesuffix("/position") in rows
    }
    return Merge(changes, merged.conflicts)


def _is_place(path):
    return path.endswith("/position")


def as_of(sheet, revision):
    """Return the content at an earlier revision, as {path: plain value}: what a page of that time showed."""
    return _as_of(sheet, flatten(content.state(sheet)), revision)


def _as_of(sheet, now, revision):
    """Return the content as it was at `revision`: what was changed since, undone."""
    base = dict(now)
    for changes in sheet.edits.filter(revision__gt=revision).order_by("-revision").values_list("changes", flat=True):
        for path, (before, _after) in changes.items():
            base.pop(path, None) if before == ABSENT else base.update({path: before})
    return base


def _write(sheet, changes, by, before=None):
    """Store merged changes; return the new revision, or None when another save came first."""
    before = flatten(content.state(sheet)) if before is None else before
    now = timezone.now()
    # Compare-and-set on the revision: works on both databases, locks nothing while people type.
    row = ProjectSheet.objects.filter(pk=sheet.pk, revision=sheet.revision, status=sheet.status)
    if not row.update(revision=F("revision") + 1, updated_at=now):
        return None
    errors = _store_fields(sheet, {p: v for p, v in changes.items() if "/" not in p})
    errors |= _store_rows(sheet, {p: v for p, v in changes.items() if "/" in p})
    if errors:
        raise ValidationError(errors)
    ProjectSheet.objects.filter(pk=sheet.pk).update(search_text=content.search_text(sheet))
    sheet.revision += 1
    SheetEdit.objects.create(
        sheet=sheet,
        revision=sheet.revision,
        changes={path: [before.get(path, ABSENT), value] for path, value in changes.items()},
        by=by,
        at=now,
    )
    return sheet.revision


def _store_fields(sheet, changes):
    errors, stored = {}, []
    for name, raw in changes.items():
        if name not in sections.FIELDS:
            raise KeyError(name)
        model_field = sections.field(name)
        try:
            if sections.is_many(model_field):
                _store_many(sheet, model_field, raw)
            else:
                setattr(sheet, name, _cleaned(sheet, model_field, raw))
                stored.append(name)
        except ValidationError as error:
            errors[name] = error.messages
    if not errors:
        errors |= _date_errors(sheet, stored)
    if stored and not errors:
        sheet.save(update_fields=stored)
    return errors


def _date_errors(sheet, stored):
    start, end = sheet.starts_on, sheet.ends_on
    if not {"starts_on", "ends_on"} & set(stored) or not (start and end) or end >= start[: len(end)]:
        return {}
    return {"ends_on": ["La fin doit venir après le début."]}


def _store_many(sheet, model_field, raw):
    """Link the records that `raw` names; the order in which they are chosen is kept, as that of the links' keys."""
    model, through = model_field.related_model, model_field.remote_field.through
    keys = dict(model.objects.filter(**{f"{content.KEYS[model]}__in": raw}).values_list(content.KEYS[model], "pk"))
    if keys.keys() != set(raw):
        raise ValidationError("Un des choix n'existe plus.")
    manager = getattr(sheet, model_field.name)
    linked = set(manager.values_list("pk", flat=True))
    manager.remove(*linked - set(keys.values()))
    source, target = model_field.m2m_column_name(), model_field.m2m_reverse_name()
    added = [keys[key] for key in dict.fromkeys(raw) if keys[key] not in linked]
    through.objects.bulk_create(through(**{source: sheet.pk, target: pk}) for pk in added)


def _cleaned(instance, model_field, raw):
    """Return the value to store, checked like a form would."""
    try:
        value = content.decode(model_field, raw)
    except model_field.related_model.DoesNotExist if sections.is_relation(model_field) else ():
        raise ValidationError("Ce choix n'existe plus.") from None
    if sections.is_relation(model_field):
        return value
    if model_field.name in sections.LISTS and set(value) - set(sections.LISTS[model_field.name].values):
        raise ValidationError("Un des choix n'existe plus.")
    return model_field.clean(value, instance)


def _store_rows(sheet, changes):
    """Add, remove and change rows."""
    errors, by_row = {}, {}
    for path, raw in changes.items():
        name, uid, *rest = path.split("/")
        by_row.setdefault((name, uid), {})[rest[0] if rest else ""] = raw
    tables = [sections.ROWS[name] for name in dict.fromkeys(name for name, _uid in by_row)]
    moved = [
        rows
        for rows in tables
        if any("position" in values for (name, _), values in by_row.items() if name == rows.name)
    ]
    for rows in moved:
        _renumber(sheet, rows)
    for (name, uid), values in by_row.items():
        errors |= _store_row(sheet, sections.ROWS[name], uid, values)
    if not errors:
        for rows in tables:
            _renumber(sheet, rows)
    return errors


def _renumber(sheet, rows):
    """Number the rows of a table from 0 without a gap, so that a position is the place that people see."""
    for position, row in enumerate(getattr(sheet, rows.name).order_by("position", "pk")):
        if row.position != position:
            rows.model.objects.filter(pk=row.pk).update(position=position)


def _store_row(sheet, rows, uid, values):
    manager = getattr(sheet, rows.name)
    if values.pop("", True) == ABSENT:
        manager.filter(uid=uid).delete()
        return {}
    row = manager.filter(uid=uid).first()
    if row is None:
        # Somebody removed the row meanwhile, or it is new: what was typed is never thrown away.
        row = rows.model(sheet=sheet, uid=uid)
    errors = {}
    for key, raw in values.items():
        try:
            setattr(row, key, int(raw) if key == "position" else _cleaned(row, rows.field(key), raw))
        except ValidationError as error:
            errors[f"{rows.name}/{uid}/{key}"] = error.messages
    if errors:
        return errors
    try:
        row.full_clean(exclude=["sheet"])
    except ValidationError as error:
        return {f"{rows.name}/{uid}/{key}": found for key, found in error.message_dict.items()}
    if hasattr(row, "ends_on") and row.ends_on and row.starts_on and row.ends_on < row.starts_on[: len(row.ends_on)]:
        return {f"{rows.name}/{uid}/ends_on": ["La fin doit venir après le début."]}
    row.save()
    return {}
