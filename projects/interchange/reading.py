"""From the exchange format to changes of a sheet's content (docs/import.md): every fault is noted."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cdn_portal.lib import dates
from cdn_portal.lib.search import fold
from governance.models import Epci, Organisation, Thematic
from projects.models.plan import new_uid

from . import tables
from .money import read_plan
from .nodes import Fault, Node

SHEET = (
    "fictif", "mention", "id", "titre", "thematique", "statut", "date_creation", "date_maj", "maitrise_ouvrage",
    "partenaires", "contexte", "objectifs", "publics_cibles", "territoire", "specificites", "budget", "financement",
    "calendrier", "indicateurs", "freins", "cas_inspirants",
)  # fmt: skip
BODY = ("type", "ref", "nom")
TERRITORY = ("echelle", "epcis", "population_couverte", "precision")
SPECIFICS = {
    "techniques": "technical_description",
    "budgetaires": "budget_notes",
    "organisationnelles": "organisation_description",
}
PHASE = ("phase", "debut", "fin", "livrable")
INDICATOR = (
    "intitule", "unite", "valeur_initiale", "date_valeur_initiale", "cible", "date_cible", "source", "frequence",
    "sens",
)  # fmt: skip
OBSTACLE = ("description", "probabilite", "impact", "mesure")


class References:
    """The codes that a file may name, read once."""

    def __init__(self, use_cases=None):
        self.thematics = set(Thematic.objects.values_list("code", flat=True))
        self.organisations = dict(Organisation.objects.values_list("code", "name"))
        self.epcis = dict(Epci.objects.values_list("siren", "population"))
        # None when nobody says which use cases exist: any code is then kept as it is.
        self.use_cases = use_cases


@dataclass
class Record:
    """One sheet of a file, ready to be stored."""

    external_id: str
    thematic: str = ""
    owner: str = ""
    word: str = ""
    created_on: date | None = None
    updated_on: date | None = None
    notice: str = ""
    is_fictional: bool = False
    changes: dict = field(default_factory=dict)
    # Where in the file each change comes from, so that a refused value is told at its place.
    places: dict = field(default_factory=dict)
    rows: Counter = field(default_factory=Counter)
    faults: list = field(default_factory=list)
    remarks: list = field(default_factory=list)

    def note(self, path, sentence):
        self.faults.append(Fault(self.external_id, path, sentence))

    def remark(self, path, sentence):
        self.remarks.append(Fault(self.external_id, path, sentence))

    def put(self, name, value, place):
        """Change a field of the content."""
        self.changes[name] = value
        self.places[name] = place

    def add(self, table, place, **values):
        """Add a row; a value is (value, key of the format) when its place differs from the row's."""
        uid = new_uid()
        path = f"{table}/{uid}"
        self.changes |= {path: True, f"{path}/position": self.rows[table]}
        self.rows[table] += 1
        self.places[path] = place
        for key, (value, word) in values.items():
            self.changes[f"{path}/{key}"] = value
            self.places[f"{path}/{key}"] = f"{place}.{word}" if word else place

    def place_of(self, path):
        """Return where in the file a path of the content comes from."""
        return self.places.get(path) or self.places.get(path.rsplit("/", 1)[0]) or path


# A sheet goes seven levels deep.
DEEPEST = 30
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"')
_BRACKETS = re.compile(r"[][{}]")


def parse(text):
    """Return the document that a JSON text holds; ValueError in French when it holds none."""
    if _depth(text) > DEEPEST:
        raise ValueError("Ce fichier n'est pas du JSON de fiches action : trop de niveaux.")
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_unique)
    except (json.JSONDecodeError, RecursionError) as error:
        place = f" (ligne {error.lineno}, colonne {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise ValueError(f"Ce fichier n'est pas du JSON{place}.") from error


def _depth(text):
    """Return how deep a JSON text goes; the parser itself may exhaust the stack of a small thread."""
    deepest = level = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub("", text)):
        level += 1 if bracket in "[{" else -1
        deepest = max(deepest, level)
    return deepest


def read(document, references):
    """Return (records, faults of the file as a whole)."""
    sheets = document.get("fiches") if isinstance(document, dict) else document
    if not isinstance(sheets, list):
        return [], [Fault("", "fiches", "le fichier doit contenir une liste « fiches ».")]
    records = [read_sheet(value, f"fiche n° {rank}", references) for rank, value in enumerate(sheets, start=1)]
    counts = Counter(record.external_id for record in records)
    for record in records:
        if counts[record.external_id] > 1:
            record.note("id", f"{counts[record.external_id]} fiches du fichier portent cet identifiant.")
    return records, []


def read_sheet(value, fallback_id, references):
    """Read one sheet; its faults are on the record."""
    given = value.get("id") if isinstance(value, dict) else None
    record = Record(external_id=given if isinstance(given, str) and given.strip() else fallback_id)
    node = Node(value, "", record.note, SHEET)
    _identity(node, record, references)
    _owner(node, record, references)
    _partners(node, record, references)
    _aims(node, record)
    _territory(node, record, references)
    read_plan(node, record)
    _phases(node, record)
    _indicators(node, record)
    _obstacles(node, record)
    _inspirations(node, record, references)
    return record


def _refuse_constant(name):
    raise ValueError(f"Ce fichier n'est pas du JSON : {name} n'est pas un nombre.")


def _unique(pairs):
    keys = Counter(key for key, _value in pairs)
    double = next((key for key, count in keys.items() if count > 1), None)
    if double is not None:
        raise ValueError(f"Le champ « {double} » figure deux fois dans le même objet.")
    return dict(pairs)


def _identity(node, record, references):
    if len(node.text("id", needed=True)) > 60:
        node.fault("id", "l'identifiant dépasse 60 caractères.")
    record.put("title", node.text("titre", needed=True), "titre")
    known = {code: code for code in sorted(references.thematics)}
    record.thematic = node.choice("thematique", known, needed=True)
    record.put("thematic", record.thematic, "thematique")
    node.choice("statut", tables.STATUSES, needed=True)
    record.word = node.text("statut")
    record.created_on, record.updated_on = node.day("date_creation", needed=True), node.day("date_maj", needed=True)
    if record.created_on and record.updated_on and record.updated_on < record.created_on:
        node.fault("date_maj", "la dernière mise à jour précède la création.")
    record.notice, record.is_fictional = node.text("mention"), node.flag("fictif")
    if len(record.notice) > 300:
        node.fault("mention", "la mention dépasse 300 caractères.")


def _body(node, record, references):
    """Return (code of the organisation, free name) of an owner or a partner."""
    kind = node.choice("type", {word: word for word in ("organisation", "epci", "autre")}, needed=True)
    name = node.text("nom", needed=kind == "autre")
    reference = node.text("ref", needed=kind in ("organisation", "epci"))
    if kind not in ("organisation", "epci") or not reference:
        if kind == "autre" and reference:
            node.fault("ref", "un organisme de type « autre » n'a pas de référence.")
        return None, name if kind == "autre" else ""
    code = f"epci-{reference}" if kind == "epci" else reference
    if code not in references.organisations:
        node.fault("ref", f"aucun organisme ne porte la référence « {reference[:60]} ».")
        return None, ""
    if name and name != references.organisations[code]:
        record.remark(node.at("nom"), f"le portail garde le nom « {references.organisations[code]} ».")
    return code, ""


def _owner(node, record, references):
    owner = node.node("maitrise_ouvrage", BODY, needed=True)
    if not node.has("maitrise_ouvrage"):
        return
    record.owner, name = _body(owner, record, references)
    record.put("project_owner", record.owner, "maitrise_ouvrage.ref")
    record.put("project_owner_name", name, "maitrise_ouvrage.nom")


def _partners(node, record, references):
    for partner in node.nodes("partenaires", (*BODY, "role")):
        code, name = _body(partner, record, references)
        contribution = partner.text("role")
        role = "funder" if tables.CO_FUNDER in fold(contribution) else ""
        record.add(
            "partners", partner.path, organisation=(code, "ref"), name=(name, "nom"), role=(role, "role"),
            contribution=(contribution, "role"),
        )  # fmt: skip


def _aims(node, record):
    record.put("need", node.text("contexte"), "contexte")
    record.put("objectives", "\n".join(node.texts("objectifs")), "objectifs")
    labels = node.texts("publics_cibles")
    record.put("target_publics", tables.publics(labels), "publics_cibles")
    record.put("target_publics_details", "\n".join(labels), "publics_cibles")
    specifics = node.node("specificites", SPECIFICS)
    for word, name in SPECIFICS.items():
        record.put(name, specifics.text(word), f"specificites.{word}")


def _territory(node, record, references):
    territory = node.node("territoire", TERRITORY)
    scale = territory.choice("echelle", tables.SCALES)
    sirens = [_siren(epci, references) for epci in territory.nodes("epcis", ("siren", "nom"))]
    known = [siren for siren in sirens if siren]
    if len(set(known)) < len(known):
        territory.fault("epcis", "un EPCI figure deux fois.")
    if scale == "epci" and sirens and (len(sirens) > 1) != (territory.text("echelle") == "plusieurs EPCI"):
        territory.fault("echelle", f"cette échelle ne convient pas pour {len(sirens)} EPCI.")
    population = territory.number("population_couverte")
    covered = sum(references.epcis[siren] for siren in known)
    if population is not None and population != covered:
        record.remark(
            territory.at("population_couverte"), f"le portail compte {covered} habitants, et non {population}."
        )
    record.put("scale", scale, "territoire.echelle")
    record.put("epcis", known, "territoire.epcis")
    record.put("territory_details", territory.text("precision"), "territoire.precision")


def _siren(epci, references):
    siren = epci.text("siren", needed=True)
    epci.text("nom")
    if siren and siren not in references.epcis:
        epci.fault("siren", f"aucun EPCI de l'Aisne ne porte le SIREN « {siren[:20]} ».")
        return ""
    return siren


def _phases(node, record):
    starts, ends = [], []
    for phase in node.nodes("calendrier", PHASE):
        start, end = _partial(phase, "debut"), _partial(phase, "fin")
        starts, ends = [*starts, *filter(None, [start])], [*ends, *filter(None, [end])]
        record.add(
            "phases", phase.path, label=(phase.text("phase", needed=True), "phase"), starts_on=(start, "debut"),
            ends_on=(end, "fin"), deliverable=(phase.text("livrable"), "livrable"),
        )  # fmt: skip
    start, end = min(starts, default=""), max(ends, default="")
    record.put("starts_on", start, "calendrier")
    record.put("ends_on", end, "calendrier")
    record.put("duration", _duration(start, end), "calendrier")


def _partial(node, key):
    """Return a date to the month or to the day, as the portal keeps it."""
    text = node.text(key)
    try:
        kept = dates.parse(text) if text else ""
    except ValueError as error:
        node.fault(key, str(error))
        return ""
    if kept != text:
        node.fault(key, f"« {text[:40]} » n'est pas une date AAAA-MM-JJ ou AAAA-MM.")
        return ""
    return kept


def _duration(start, end):
    if not (start and end):
        return ""
    days = (dates.last_day(end) - dates.first_day(start)).days + 1
    return "under_year" if days < 365 else "one_to_two" if days <= 731 else "over_two"


def _indicators(node, record):
    for indicator in node.nodes("indicateurs", INDICATOR):
        record.add(
            "indicators", indicator.path,
            label=(indicator.text("intitule", needed=True), "intitule"),
            unit=(indicator.text("unite"), "unite"),
            baseline_value=(_plain(indicator.number("valeur_initiale")), "valeur_initiale"),
            baseline_on=(_plain(indicator.day("date_valeur_initiale")), "date_valeur_initiale"),
            target_value=(_plain(indicator.number("cible")), "cible"),
            target_on=(_plain(indicator.day("date_cible")), "date_cible"),
            source=(indicator.text("source"), "source"),
            frequency=(indicator.choice("frequence", tables.FREQUENCIES), "frequence"),
            direction=(indicator.choice("sens", tables.DIRECTIONS), "sens"),
        )  # fmt: skip


def _plain(value):
    return None if value is None else str(value)


def _obstacles(node, record):
    for obstacle in node.nodes("freins", OBSTACLE):
        record.add(
            "obstacles", obstacle.path,
            description=(obstacle.text("description", needed=True), "description"),
            likelihood=(obstacle.choice("probabilite", tables.LIKELIHOODS, empty=None), "probabilite"),
            severity=(obstacle.choice("impact", tables.SEVERITIES, empty=None), "impact"),
            answer=(obstacle.text("mesure"), "mesure"),
        )  # fmt: skip


def _inspirations(node, record, references):
    for path, code in node.items("cas_inspirants"):
        if not isinstance(code, str) or not code.strip():
            record.note(path, "un texte est attendu.")
        elif references.use_cases is not None and code not in references.use_cases:
            record.note(path, f"aucun cas d'usage ne porte le code « {code[:60]} ».")
        else:
            record.add("inspirations", path, use_case=(code, ""))
