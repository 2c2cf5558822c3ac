"""Sheets in and out of the exchange format: nothing is lost, and every fault is told."""

import copy
import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from projects import content, editing, inspiration, interchange, permissions, workflow
from projects.interchange import tables
from projects.models import ChangeRequest, ProjectSheet, SheetVersion, Transition
from tests.factories.projects import SheetFactory

pytestmark = pytest.mark.django_db
EXAMPLES = Path(settings.BASE_DIR) / "fixtures" / "demo_sheets.json"
DOCUMENT = json.loads(EXAMPLES.read_text(encoding="utf-8"))
S = ProjectSheet.Status


@pytest.fixture
def reference(db):
    call_command("loaddata", "thematics", "epcis", "organisations", "epci_organisations", "use_cases", verbosity=0)


@pytest.fixture
def example(reference):
    """A copy of the first example, to spoil."""
    return copy.deepcopy(DOCUMENT["fiches"][0])


def run(path, **options):
    """Run the command; return what it says."""
    output = StringIO()
    call_command("import_sheets", path, stdout=output, stderr=output, **options)
    return output.getvalue()


def faults_of(*sheets, **options):
    """Return {(sheet, field): sentence} of a refused import."""
    with pytest.raises(interchange.ImportRefused) as refused:
        interchange.load({"fiches": list(sheets)}, use_cases=inspiration.titles(), **options)
    return {(fault.sheet, fault.field): fault.sentence for fault in refused.value.faults}


def spoil(sheet, path, value):
    """Set a value deep in a sheet: "budget.lignes.0.poste"."""
    *before, last = path.split(".")
    for key in before:
        sheet = sheet[int(key)] if isinstance(sheet, list) else sheet[key]
    sheet[int(last) if isinstance(sheet, list) else last] = value


# Nothing is lost


def test_examples_come_back_equal(reference):
    interchange.load(interchange.parse(EXAMPLES.read_text(encoding="utf-8")), use_cases=inspiration.titles())
    written = [interchange.write(ProjectSheet.objects.get(external_id=given["id"])) for given in DOCUMENT["fiches"]]
    for found, given in zip(written, DOCUMENT["fiches"], strict=True):
        assert found == given
    assert json.loads(json.dumps(written)) == DOCUMENT["fiches"]


def test_what_is_written_imports_again_as_it_is(reference):
    interchange.load(DOCUMENT)
    document = interchange.document(ProjectSheet.objects.order_by("external_id"))
    for sheet in document["fiches"]:
        sheet["id"] = f"bis-{sheet['id']}"
    report = interchange.load(document)
    assert [interchange.write(sheet) for sheet in report.created] == document["fiches"]


def test_cents_and_months_come_back_equal(example):
    spoil(example, "budget.lignes.0.montants", {"2027": 53999.55, "2028": 18000.45})
    spoil(example, "indicateurs.0.cible", 45.5)
    spoil(example, "calendrier.0.debut", "2027-01")
    example["budget"]["total_par_annee"] |= {"2027": 93999.55, "2028": 78000.45}
    example["financement"]["equilibre"] = False
    [sheet] = interchange.load([example]).created
    assert interchange.write(sheet) == example


def test_hostile_texts_come_back_equal(example):
    text = "  <b>&amp;</b> \u202eמימין\u202c e\u0301 🧑‍🌾 ' \" \\ %s {{ x }} =1+1\r\n\tfin  "
    for path in ("contexte", "specificites.techniques", "freins.0.description", "freins.0.mesure"):
        spoil(example, path, text)
    spoil(example, "contexte", text * 700)
    [sheet] = interchange.load([example]).created
    assert interchange.write(sheet) == example


# Where each value goes


@pytest.mark.parametrize(
    ("word", "status", "delivery", "visibility"),
    [
        ("brouillon", S.DRAFT, "", "private"),
        ("soumise", S.SUBMITTED, "", "private"),
        ("a_completer", S.CHANGES_REQUESTED, "", "private"),
        ("validee", S.EXAMINED, "", "council"),
        ("en_cours", S.IN_DELIVERY, "under_way", "council"),
        ("suspendue", S.IN_DELIVERY, "paused", "council"),
        ("terminee", S.COMPLETED, "done", "council"),
        ("abandonnee", S.ABANDONED, "abandoned", "council"),
    ],
)
def test_status(example, word, status, delivery, visibility):
    example["statut"] = word
    [sheet] = interchange.load([example]).created
    sheet.refresh_from_db()
    assert (sheet.status, sheet.delivery_status, sheet.visibility) == (status, delivery, visibility)
    is_draft = status == S.DRAFT
    assert sheet.reference == (None if is_draft else "CDN-2026-EDUC-01")
    assert timezone.localdate(sheet.created_at) == date(2026, 9, 14)
    assert timezone.localdate(sheet.updated_at) == date(2026, 11, 5)
    [step] = Transition.objects.all()
    assert (step.name, step.from_status, step.to_status) == ("import", "draft", status)
    assert workflow.label(step.name) == "Reprendre d'un autre outil"
    versions = list(SheetVersion.objects.all())
    assert [version.number for version in versions] == ([] if is_draft else [1])
    if versions:
        assert versions[0].content == content.frozen(sheet)
        assert versions[0].sha256 == content.digest(versions[0].content)
        assert step.version == versions[0]
    assert ChangeRequest.objects.filter(closed_at=None).count() == (status == S.CHANGES_REQUESTED)


def test_request_names_what_is_missing(example):
    example["statut"] = "a_completer"
    [sheet] = interchange.load([example]).created
    assert sheet.open_request.sections == ["identification", "acteurs", "contexte"]


def test_all_statuses_are_written(reference):
    words = {status: tables.status_word(SheetFactory(status=status)) for status in S}
    assert set(words.values()) <= set(tables.STATUSES)
    assert (words[S.IN_REVIEW], words[S.SELECTED]) == ("soumise", "validee")


def test_content(example):
    [sheet] = interchange.load([example]).created
    assert sheet.organisation.code == sheet.project_owner.code == "epci-240200444"
    assert [(p.organisation.code, p.role) for p in sheet.partners.select_related("organisation")] == [
        ("epci-240200600", "funder"),
        ("dsden02", ""),
        ("dane-amiens", ""),
        ("adica", ""),
    ]
    assert sheet.target_publics == ["pupils", "teachers", "municipalities"]
    assert (sheet.scale, sheet.budget_magnitude, sheet.amounts_include_tax) == ("epci", "under_1m", True)
    assert (sheet.starts_on, sheet.ends_on, sheet.duration) == ("2027-01-04", "2029-12-14", "over_two")
    assert list(sheet.costs.values_list("label", "year", "amount"))[:3] == [
        ("Malles de tablettes et coffres de transport (12 malles)", 2027, 54000),
        ("Malles de tablettes et coffres de transport (12 malles)", 2028, 18000),
        ("Bornes wifi et petits travaux dans les écoles", 2027, 16000),
    ]
    assert set(sheet.funding.filter(kind="own").values_list("funder", flat=True)) == {
        "Communauté de communes de la Thiérache du Centre"
    }
    assert list(sheet.obstacles.values_list("likelihood", "severity")) == [(2, 3), (2, 2), (1, 3)]


def test_publics_of_the_examples(reference):
    labels = {label for sheet in DOCUMENT["fiches"] for label in sheet["publics_cibles"]}
    assert {label: tables.publics([label]) for label in labels if tables.publics([label]) == ["other"]} == {}
    assert tables.publics(["Apiculteurs"]) == ["other"]
    assert tables.publics(["Seniors", "Élèves", "Agents et élus"]) == ["pupils", "seniors", "agents"]


def test_owner_that_the_portal_does_not_know_needs_a_writer(example):
    example["maitrise_ouvrage"] = {"type": "autre", "ref": None, "nom": "Collectif du Laonnois"}
    assert ("fiche-01", "maitrise_ouvrage.ref") in faults_of(example)
    [sheet] = interchange.load([example], writer="adica").created
    assert (sheet.organisation.code, sheet.owner_label) == ("adica", "Collectif du Laonnois")
    assert interchange.write(sheet) == example


def test_additions_are_stored_before_the_version(example):
    additions = {"fiche-01": {"pitch": "Des malles pour les écoles."}}
    [sheet] = interchange.load([example], additions=additions).created
    assert sheet.latest_version.content["content"]["pitch"] == "Des malles pour les écoles."


def test_order_of_epcis_outlives_an_edit(example):
    [sheet] = interchange.load([example | {"statut": "brouillon"}]).created
    author = SheetFactory(organisation=sheet.organisation).created_by
    sheet.organisation.memberships.create(user=author)
    assert permissions.can_edit(author, sheet)
    editing.apply(sheet, {"epcis": ["240200477", "240200600", "240200444"]}, by=author)
    sirens = [epci["siren"] for epci in interchange.write(sheet)["territoire"]["epcis"]]
    assert sirens == ["240200444", "240200600", "240200477"]


# Faults


FAULTS = [
    ("titre", "", "titre", "ce champ est obligatoire."),
    ("titre", 12, "titre", "un texte est attendu."),
    ("titre", "a\x00b", "titre", "ce texte contient un caractère nul."),
    ("titre", "\ud800", "titre", "ce texte contient un caractère incomplet."),
    ("titre", "x" * 301, "titre", "300"),
    ("couleur", "bleu", "couleur", "ce champ n'existe pas dans le format."),
    (
        "thematique",
        "sport",
        "thematique",
        "« sport » n'est pas prévu ; choisissez parmi : e-administration, e-education",
    ),
    ("statut", "perdue", "statut", "« perdue » n'est pas prévu"),
    ("date_creation", "14/09/2026", "date_creation", "AAAA-MM-JJ"),
    ("date_maj", "2026-09-13", "date_maj", "précède"),
    ("maitrise_ouvrage.ref", "inconnu", "maitrise_ouvrage.ref", "aucun organisme"),
    ("maitrise_ouvrage", None, "maitrise_ouvrage", "obligatoire"),
    ("partenaires.1.type", "ami", "partenaires[2].type", "« ami »"),
    ("partenaires.1", "DSDEN", "partenaires[2]", "un objet"),
    ("objectifs.0", "un\ndeux", "objectifs[1]", "une seule ligne"),
    ("objectifs", "un", "objectifs", "une liste"),
    ("territoire.echelle", "EPCI", "territoire.echelle", "2 EPCI"),
    ("territoire.epcis.0.siren", "999999999", "territoire.epcis[1].siren", "999999999"),
    ("territoire.epcis.0.siren", "240200600", "territoire.epcis", "deux fois"),
    ("budget.devise", "USD", "budget.devise", "EUR"),
    ("budget.lignes.0.montants.2027", -1, "budget.lignes[1].montants.2027", "négatif"),
    ("budget.lignes.0.montants.2027", "12", "budget.lignes[1].montants.2027", "un nombre est attendu."),
    ("budget.lignes.0.montants.2027", True, "budget.lignes[1].montants.2027", "un nombre est attendu."),
    ("budget.lignes.0.montants.2027", 0.001, "budget.lignes[1].montants.2027", "2 chiffres"),
    ("budget.lignes.0.montants.2027", float("nan"), "budget.lignes[1].montants.2027", "un nombre est attendu."),
    ("budget.lignes.0.montants.2027", 2_000_000_000, "budget.lignes[1].montants.2027", "milliard"),
    ("budget.lignes.0.montants", {"1999": 72000}, "budget.lignes[1].montants.1999", "2015"),
    ("budget.lignes.0.montants", {"an 1": 72000}, "budget.lignes[1].montants.an 1", "quatre chiffres"),
    ("budget.lignes.0.montants", {}, "budget.lignes[1].montants", "au moins"),
    ("budget.lignes.0.total", 1, "budget.lignes[1].total", "1 est annoncé, les montants donnent 72000."),
    ("budget.lignes.0.nature", "achat", "budget.lignes[1].nature", "« achat »"),
    ("budget.total", 220801, "budget.total", "220801 est annoncé"),
    ("budget.total_par_annee.2028", 1, "budget.total_par_annee.2028", "1 est annoncé"),
    ("budget.total_par_nature.investissement", 1, "budget.total_par_nature.investissement", "1 est annoncé"),
    ("budget.annees", [2027], "budget.annees", "ne sont pas celles"),
    ("financement.lignes.1.statut", "promis", "financement.lignes[2].statut", "« promis »"),
    ("financement.lignes.0.taux_pct", 20, "financement.lignes[1].taux_pct", "les montants donnent 18.12"),
    ("financement.equilibre", False, "financement.equilibre", "contredit"),
    ("calendrier.0.fin", "2026-12-31", "calendrier[1].fin", "après le début"),
    ("calendrier.0.debut", "janvier", "calendrier[1].debut", "pas une date"),
    ("indicateurs.2.cible", "cinq", "indicateurs[3].cible", "un nombre"),
    ("indicateurs.0.sens", "plus", "indicateurs[1].sens", "« plus »"),
    ("indicateurs.0.intitule", None, "indicateurs[1].intitule", "obligatoire"),
    ("freins.0.impact", "forte", "freins[1].impact", "« forte »"),
    ("cas_inspirants.0", "cas-99", "cas_inspirants[1]", "« cas-99 »"),
]


@pytest.mark.parametrize(("path", "value", "field", "words"), FAULTS, ids=[f"{f[2]}={f[1]!r:.20}" for f in FAULTS])
def test_fault_is_told_at_its_place(example, path, value, field, words):
    spoil(example, path, value)
    found = faults_of(example)
    assert ("fiche-01", field) in found, found
    assert words in found["fiche-01", field]
    assert not ProjectSheet.objects.exists()


def test_lines_that_could_not_be_told_apart(example):
    line = example["budget"]["lignes"][0]
    example["budget"]["lignes"].append(line | {"montants": {"2029": 10}, "total": 10})
    assert "la ligne 1" in faults_of(example)["fiche-01", "budget.lignes[6]"]


def test_every_fault_of_every_sheet_at_once(example):
    other = copy.deepcopy(DOCUMENT["fiches"][1])
    spoil(example, "thematique", "sport")
    spoil(example, "titre", "")
    spoil(other, "indicateurs.0.unite", "u" * 61)
    spoil(other, "calendrier.0.fin", "2001-01-01")
    found = faults_of(example, other, copy.deepcopy(DOCUMENT["fiches"][2]))
    assert set(found) == {
        ("fiche-01", "thematique"),
        ("fiche-01", "titre"),
        ("fiche-02", "indicateurs[1].unite"),
        ("fiche-02", "calendrier[1].fin"),
    }
    assert not ProjectSheet.objects.exists()


def test_identifiers_are_unique_in_a_file(example):
    assert ("fiche-01", "id") in faults_of(example, example)


@pytest.mark.parametrize("document", [{}, {"fiches": {}}, [1], [None], [[]], "fiches", None])
def test_what_is_no_file_of_sheets(reference, document):
    with pytest.raises(interchange.ImportRefused):
        interchange.load(document)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[" * 20_000, '{"fiches": NaN}', '{"fiches": [], "fiches": []}', '[{"a": 1' + "0" * 5000 + "}]"],
)
def test_what_is_no_json(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError):
        run(path)


# The command


def test_command_says_what_it_did_and_twice_is_harmless(reference):
    first = run(EXAMPLES)
    assert "10 fiches créées, 0 déjà là." in first
    assert "fiche-05 → CDN-2026-INCLU-01 (En mise en œuvre) " in first
    before = [content.state(sheet) for sheet in ProjectSheet.objects.order_by("pk")]
    second = run(EXAMPLES)
    assert "0 fiche créée, 10 déjà là." in second
    assert "Déjà là, laissée telle quelle : fiche-05" in second
    assert [content.state(sheet) for sheet in ProjectSheet.objects.order_by("pk")] == before
    assert Transition.objects.count() == 10


def test_command_refuses_all_or_nothing(reference, tmp_path):
    document = copy.deepcopy(DOCUMENT)
    document["fiches"][7]["freins"][0]["probabilite"] = "rare"
    path = tmp_path / "x.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    error = StringIO()
    with pytest.raises(CommandError, match="Rien n'a été enregistré"):
        call_command("import_sheets", path, stderr=error)
    assert "fiche-08 : freins[1].probabilite : « rare » n'est pas prévu" in error.getvalue()
    assert not ProjectSheet.objects.exists()


def test_command_keeps_the_names_of_the_portal_and_says_so(example, tmp_path):
    spoil(example, "partenaires.3.nom", "ADICA")
    spoil(example, "territoire.population_couverte", 46000)
    path = tmp_path / "x.json"
    path.write_text(json.dumps([example]), encoding="utf-8-sig")
    said = run(path)
    assert "Remarque – fiche-01 : partenaires[4].nom : le portail garde le nom « Agence" in said
    assert "territoire.population_couverte : le portail compte 45936 habitants, et non 46000." in said


def test_command_refuses_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="ne se lit pas"):
        run(tmp_path / "absent.json")


def test_import_is_not_for_a_sheet_that_lives_already(reference):
    with pytest.raises(workflow.TransitionError):
        workflow.record_import(SheetFactory(status="examined"), S.DRAFT, at=timezone.now())
    with pytest.raises(workflow.TransitionError):
        workflow.record_import(SheetFactory(), S.MERGED, at=timezone.now())
