"""Storing the sheets of a file: all of them or none, with every fault of every sheet."""

from dataclasses import dataclass, field
from datetime import datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from governance.models import Organisation, Thematic
from projects import editing, workflow
from projects.models import ProjectSheet

from . import tables
from .nodes import Fault
from .reading import References, read

UNKNOWN_WRITER = (
    "cette maîtrise d'ouvrage n'est pas un organisme du portail : "
    "dites qui rédige la fiche avec l'option --organisation."
)


class ImportRefused(Exception):
    """The file has faults, and nothing of it is stored."""

    def __init__(self, faults):
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


@dataclass
class Report:
    """What an import did: sheets created, identifiers already there and left as they are, and remarks."""

    created: list = field(default_factory=list)
    left: list = field(default_factory=list)
    remarks: list = field(default_factory=list)


@transaction.atomic
def load(document, *, writer="", use_cases=None, additions=None, by=None):
    """Store the sheets of `document` and return a Report; raise ImportRefused when any of them has a fault.

    A sheet is written by its owner; `writer` is the code of the organisation that writes those whose owner is no
    organisation of the portal. `use_cases` are the known codes of use cases; None accepts any. `additions` gives more
    content, {id: {field: value}}: what the portal asks and the format does not hold.
    """
    records, faults = read(document, References(use_cases))
    report = Report()
    known = set(ProjectSheet.objects.filter(external_id__isnull=False).values_list("external_id", flat=True))
    for record in records:
        if record.external_id in known:
            report.left.append(record.external_id)
            faults += record.faults
            continue
        report.remarks += record.remarks
        try:
            sheet = _store(record, writer, (additions or {}).get(record.external_id, {}), by)
            report.created.append(sheet)
        except ValidationError as error:
            faults += _told(record, error)
    if faults:
        raise ImportRefused(faults)
    return report


@transaction.atomic
def _store(record, writer, additions, by):
    """Store one sheet; raise ValidationError when it has faults, with those that only its content shows."""
    organisation = _organisation(record, writer)
    thematic = Thematic.objects.filter(code=record.thematic).first() or Thematic.objects.first()
    if organisation is None or thematic is None:
        raise ValidationError({"project_owner": UNKNOWN_WRITER})
    sheet = ProjectSheet.objects.create(
        external_id=None if record.faults else record.external_id,
        organisation=organisation,
        thematic=thematic,
        notice=record.notice[:300],
        is_fictional=record.is_fictional,
        created_by=by,
        created_at=_noon(record.created_on),
        updated_at=_noon(record.updated_on),
    )
    editing.seed(sheet, record.changes | additions, by=by)
    if record.faults:
        raise ValidationError({})
    status, delivery_status = tables.STATUSES[record.word]
    workflow.record_import(sheet, status, at=_noon(record.updated_on), delivery_status=delivery_status, by=by)
    return sheet


def _organisation(record, writer):
    """Return the organisation whose people write the sheet, or any one while its faults are looked for."""
    organisations = Organisation.objects.filter(code=record.owner or writer)
    return (Organisation.objects.all() if record.faults else organisations).first()


def _noon(day):
    """Return noon of a day in Paris: the same day wherever it is read; now, for a day that the file does not give."""
    if day is None:
        return timezone.now()
    return timezone.make_aware(datetime.combine(day, time(12)))


def _told(record, error):
    """Return the faults of a sheet at their place in the file, each place once: those of its reading come first."""
    places = {fault.field for fault in record.faults}
    refused = [(record.place_of(path), sentence) for path, found in error.message_dict.items() for sentence in found]
    more = [Fault(record.external_id, place, sentence) for place, sentence in refused if not _is_told(place, places)]
    return record.faults + more


def _is_told(place, places):
    """True when the place, or a part of it, has a fault already."""
    return any(told == place or told.startswith((f"{place}.", f"{place}[")) for told in places)
