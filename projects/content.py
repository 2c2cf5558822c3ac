"""The content of a sheet as plain values: what versions freeze, what merging compares, what documents print.

`state(sheet)` is the content in plain JSON values; `frozen(sheet)` adds the names that stand behind the codes, so that a
version can be read for ever, whatever happens to the organisations it names.
"""

import hashlib
import json
from datetime import date
from decimal import Decimal

from django.db import models

from cdn_portal.lib import search
from governance.models import Commune, Epci, Organisation, Thematic

from . import sections
from .models import ProjectSheet

FORMAT = 1
# By which field each kind of record is named in a content.
KEYS = {Thematic: "code", Organisation: "code", Epci: "siren", Commune: "insee_code", ProjectSheet: "draft_key"}


def encode(model_field, value):
    """Return the plain value of a field: text, number, boolean, list or None."""
    if value is None:
        return None
    if sections.is_relation(model_field):
        return getattr(value, KEYS[model_field.related_model])
    if isinstance(model_field, models.DecimalField):
        return format(Decimal(value).quantize(Decimal(1).scaleb(-model_field.decimal_places)), "f")
    if isinstance(value, date):
        return value.isoformat()
    return value


def decode(model_field, raw):
    """Return the value that a field stores for a plain value; the inverse of `encode`."""
    if raw is None:
        return None
    if sections.is_relation(model_field):
        return model_field.related_model.objects.get(**{KEYS[model_field.related_model]: raw})
    return model_field.to_python(raw)


def state(sheet):
    """Return the content of `sheet` as {field: value, rows: {table: [row, …]}}; rows carry their `uid`."""
    content = {}
    for name in sections.FIELDS:
        model_field = sections.field(name)
        if sections.is_many(model_field):
            key = KEYS[model_field.related_model]
            content[name] = sorted(getattr(record, key) for record in getattr(sheet, name).all())
        else:
            content[name] = encode(model_field, getattr(sheet, name))
    content["rows"] = {
        name: [row_state(rows, row) for row in _ordered(sheet, rows)] for name, rows in sections.ROWS.items()
    }
    return content


def row_state(rows, row):
    """Return one row as plain values."""
    return {"uid": row.uid} | {name: encode(rows.field(name), getattr(row, name)) for name in rows.fields}


def _ordered(sheet, rows):
    related = [name for name in rows.fields if sections.is_relation(rows.field(name))]
    manager = getattr(sheet, rows.name)
    if rows.name in getattr(sheet, "_prefetched_objects_cache", {}):
        return sorted(manager.all(), key=lambda row: (row.position, row.pk))
    return manager.select_related(*related) if related else manager.all()


def frozen(sheet):
    """Return what a version keeps: the content, the names behind its codes and the documents."""
    owner = sheet.project_owner
    pilot = sheet.department_pilot
    return {
        "format": FORMAT,
        "reference": sheet.reference,
        "organisation": sheet.organisation.name,
        "notice": sheet.notice,
        "workshop_reference": sheet.workshop_reference,
        "department_pilot": pilot.get_full_name() if pilot else "",
        "content": state(sheet),
        "names": {
            "thematic": {"name": sheet.thematic.name, "short_name": sheet.thematic.short_name},
            "secondary_thematics": {t.code: t.name for t in sheet.secondary_thematics.all()},
            "project_owner": owner.name if owner else sheet.project_owner_name,
            "partners": {
                p.uid: p.organisation.name if p.organisation else p.name
                for p in _ordered(sheet, sections.ROWS["partners"])
            },
            "epcis": {epci.siren: {"name": epci.name, "population": epci.population} for epci in sheet.epcis.all()},
            "communes": {c.insee_code: {"name": c.name, "population": c.population} for c in sheet.communes.all()},
            "links": {link.uid: str(link.target) for link in _ordered(sheet, sections.ROWS["links"])},
            "department_population": department_population() if sheet.scale == "department" else None,
        },
        "documents": [
            {"name": a.name, "size": a.size, "sha256": a.sha256}
            for a in sheet.attachments.order_by("uploaded_at", "pk")
        ],
    }


SEARCHED = ("title", "pitch", "need", "objectives", "expected_results", "technical_description", "territory_details")


def search_text(sheet):
    """Return the normalised words by which `sheet` is found."""
    places = [epci.name for epci in sheet.epcis.all()] + [commune.name for commune in sheet.communes.all()]
    texts = [getattr(sheet, name) for name in SEARCHED]
    return search.document(sheet.reference or "", sheet.owner_label, sheet.organisation.name, *texts, *places)


def department_population():
    """Return the population of the Aisne, from the reference data."""
    return Epci.objects.aggregate(total=models.Sum("population"))["total"] or 0


def digest(content):
    """Return the SHA-256 of a frozen content, the same on every machine: keys sorted, no space, UTF-8."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
