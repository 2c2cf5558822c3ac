"""A sheet in the exchange format: what was imported comes back equal (docs/import.md)."""

from decimal import Decimal

from django.utils import timezone

from projects import content

from . import tables, totals

NATURES = tables.reverse(tables.NATURES)
FUNDING_STATUSES = tables.reverse(tables.FUNDING_STATUSES)
FREQUENCIES = tables.reverse(tables.FREQUENCIES)
DIRECTIONS = tables.reverse(tables.DIRECTIONS)
LIKELIHOODS = tables.reverse(tables.LIKELIHOODS)
SEVERITIES = tables.reverse(tables.SEVERITIES)
TAXES = tables.reverse(tables.TAXES)
SCALES = tables.reverse(tables.SCALES)


def document(sheets):
    """Return a whole file for these sheets."""
    return {"fiches": [write(sheet) for sheet in sheets]}


def write(sheet):
    """Return a sheet, as it is now, in the exchange format: text, numbers, lists and objects of JSON."""
    state = content.state(sheet)
    rows = state["rows"]
    return {
        "fictif": sheet.is_fictional,
        "mention": sheet.notice,
        "id": sheet.external_id or sheet.key,
        "titre": sheet.title,
        "thematique": sheet.thematic.code,
        "statut": tables.status_word(sheet),
        "date_creation": timezone.localdate(sheet.created_at).isoformat(),
        "date_maj": timezone.localdate(sheet.updated_at).isoformat(),
        "maitrise_ouvrage": _body(sheet.project_owner, sheet.project_owner_name),
        "partenaires": [_partner(row) for row in sheet.partners.select_related("organisation__epci")],
        "contexte": sheet.need,
        "objectifs": sheet.objectives.splitlines(),
        "publics_cibles": sheet.target_publics_details.splitlines(),
        "territoire": _territory(sheet),
        "specificites": {
            "techniques": sheet.technical_description,
            "budgetaires": sheet.budget_notes,
            "organisationnelles": sheet.organisation_description,
        },
        **_plan(rows, state["amounts_include_tax"]),
        "calendrier": [
            {"phase": r["label"], "debut": r["starts_on"], "fin": r["ends_on"], "livrable": r["deliverable"]}
            for r in rows["phases"]
        ],
        "indicateurs": [_indicator(row) for row in rows["indicators"]],
        "freins": [_obstacle(row) for row in rows["obstacles"]],
        "cas_inspirants": [row["use_case"] for row in rows["inspirations"]],
    }


def _body(organisation, name):
    if organisation is None:
        return {"type": "autre", "ref": None, "nom": name}
    if organisation.epci is not None:
        return {"type": "epci", "ref": organisation.epci.siren, "nom": organisation.name}
    return {"type": "organisation", "ref": organisation.code, "nom": organisation.name}


def _partner(row):
    return _body(row.organisation, row.name) | {"role": row.contribution}


def _territory(sheet):
    # In the order in which they were chosen: the first ones often lead.
    links = sheet.epcis.through.objects.filter(projectsheet=sheet).select_related("epci").order_by("pk")
    epcis = [link.epci for link in links]
    scale = SCALES.get(sheet.scale, "")
    return {
        "echelle": "plusieurs EPCI" if sheet.scale == "epci" and len(epcis) > 1 else scale,
        "epcis": [{"siren": epci.siren, "nom": epci.long_name} for epci in epcis],
        "population_couverte": sum(epci.population for epci in epcis),
        "precision": sheet.territory_details or None,
    }


def _plan(rows, include_tax):
    costs = _gathered(rows["costs"], {"intitule": "label", "nature": "nature", "poste": "item"})
    receipts = _gathered(rows["funding"], {"financeur": "funder", "dispositif": "scheme", "statut": "status"})
    for line in costs:
        line["nature"] = NATURES[line["nature"]]
    for line in receipts:
        line["statut"] = FUNDING_STATUSES[line["statut"]]
    return {
        "budget": {
            "devise": "EUR",
            "montants_en": TAXES[include_tax],
            "annees": totals.years(costs),
            "lignes": [_line(line) for line in costs],
            "total_par_annee": _by_year(totals.by_year(costs)),
            "total_par_nature": {nature: number(total) for nature, total in totals.by_nature(costs).items()},
            "total": number(totals.of_lines(costs)),
        },
        "financement": {
            "lignes": [_line(line) | {"taux_pct": float(totals.share(line, receipts))} for line in receipts],
            "total_par_annee": _by_year(totals.by_year(receipts)),
            "total": number(totals.of_lines(receipts)),
            "equilibre": totals.is_balanced(costs, receipts),
        },
    }


def _gathered(rows, words):
    """Gather the rows of one year into lines: same words, one line, unless a year comes twice."""
    lines, last = [], {}
    for row in rows:
        key = tuple(row[name] for name in words.values())
        line = last.get(key)
        if line is None or row["year"] in line["montants"]:
            line = last[key] = {word: row[name] for word, name in words.items()} | {"montants": {}}
            lines.append(line)
        line["montants"][row["year"]] = Decimal(row["amount"])
    return lines


def _line(line):
    return line | {"montants": _by_year(line["montants"]), "total": number(totals.of_line(line))}


def _by_year(amounts):
    return {str(year): number(amount) for year, amount in amounts.items()}


def _indicator(row):
    return {
        "intitule": row["label"],
        "unite": row["unit"],
        "valeur_initiale": number(row["baseline_value"]),
        "date_valeur_initiale": row["baseline_on"],
        "cible": number(row["target_value"]),
        "date_cible": row["target_on"],
        "source": row["source"],
        "frequence": FREQUENCIES.get(row["frequency"], ""),
        "sens": DIRECTIONS.get(row["direction"], ""),
    }


def _obstacle(row):
    return {
        "description": row["description"],
        "probabilite": LIKELIHOODS.get(row["likelihood"], ""),
        "impact": SEVERITIES.get(row["severity"], ""),
        "mesure": row["answer"],
    }


def number(value):
    """Return a JSON number: whole when it has no cents, None for none."""
    if value is None:
        return None
    value = Decimal(value)
    return int(value) if value == value.to_integral_value() else float(value)
