"""The fiche action and the note aux élus: every PDF is opened and read."""

import io
import json
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pypdf
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.urls import reverse

from cdn_portal.lib import pdf
from governance.models import Thematic
from projects import documents, workflow
from projects.models import ProjectSheet
from projects.printing import brief, sheet_page
from projects.printing.content import Printed
from tests.factories.governance import (
    CommuneFactory,
    ElectedOfficialFactory,
    EpciFactory,
    MembershipFactory,
    ModeratorFactory,
    UserFactory,
)
from tests.factories.projects import CostFactory, FundingFactory, IndicatorFactory, ObstacleFactory, SheetFactory
from tests.pdfua import assert_pdfua

pytestmark = pytest.mark.django_db
EXAMPLES = json.loads((Path(django_settings.BASE_DIR) / "fixtures" / "demo_sheets.json").read_text(encoding="utf-8"))[
    "fiches"
]
S = ProjectSheet.Status


def opened(content):
    return pypdf.PdfReader(io.BytesIO(content))


def words(content):
    """Return the text of a PDF on one line, plain spaces everywhere."""
    return " ".join(" ".join(page.extract_text() for page in opened(content).pages).split())


def squeezed(text):
    """Return `text` without spaces: a line that is cut in a PDF tells nothing of the ones it had."""
    return re.sub(r"[\s\u200b]", "", text)


def plain(text):
    """Return `text` with plain spaces in place of those that hold words together."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def headings(content):
    """Return the headings of a PDF, from its bookmarks."""

    def flat(items):
        return [title for item in items for title in (flat(item) if isinstance(item, list) else [item.title])]

    return flat(opened(content).outline)


def submitted(**fields):
    sheet = SheetFactory(complete=True, **fields)
    workflow.perform(sheet, "submit", by=sheet.created_by)
    return sheet


def published(**fields):
    sheet = submitted(**fields)
    ProjectSheet.objects.filter(pk=sheet.pk).update(status=S.EXAMINED, visibility="public")
    sheet.refresh_from_db()
    return sheet


def made(kind, sheet):
    return documents.document(kind, sheet, sheet.latest_version).render()


@pytest.fixture
def examples(db):
    """The ten sheets of the demonstration, by their identifier."""
    call_command("loaddata", "thematics", "epcis", "organisations", "epci_organisations", "use_cases", verbosity=0)
    path = Path(django_settings.BASE_DIR) / "fixtures" / "demo_sheets.json"
    call_command("import_sheets", path, stdout=io.StringIO(), stderr=io.StringIO())
    return {sheet.external_id: sheet for sheet in ProjectSheet.objects.all()}


# The ten examples


@pytest.mark.pdf
def test_the_ten_examples_print_on_two_pages_and_one(examples):
    for data in EXAMPLES:
        sheet = examples[data["id"]]
        fiche, note = made("sheet", sheet), made("brief", sheet)
        assert len(opened(fiche).pages) == 2, data["id"]
        assert len(opened(note).pages) == 1, data["id"]
        assert_pdfua(fiche)
        assert_pdfua(note)
        text = squeezed(words(fiche))
        assert [said for said in expected(data) if squeezed(said) not in text] == []
        assert squeezed(euros(data["budget"]["total"])) in squeezed(words(note))


def euros(amount):
    return f"{amount:,}".replace(",", " ")


def expected(data):
    """Yield what a reader looks for in the fiche: texts whole, every figure."""
    yield from (data["titre"], data["mention"], data["contexte"], *data["objectifs"], *data["specificites"].values())
    yield data["maitrise_ouvrage"]["nom"]
    for line in (*data["budget"]["lignes"], *data["financement"]["lignes"]):
        yield line.get("intitule") or line["financeur"]
        yield from (euros(amount) for amount in (*line["montants"].values(), line["total"]))
    for total in (data["budget"], data["financement"]):
        yield from (euros(amount) for amount in (*total["total_par_annee"].values(), total["total"]))
    yield from (f"{euros(amount)} €" for amount in data["budget"]["total_par_nature"].values())
    for phase in data["calendrier"]:
        yield from (phase["phase"], phase["livrable"], typed(phase["debut"]), typed(phase["fin"]))
    for indicator in data["indicateurs"]:
        yield from (
            indicator["intitule"],
            f"{str(indicator['cible']).replace('.', ',')} {indicator['unite']}",
            indicator["source"],
        )
    for obstacle in data["freins"]:
        yield from (obstacle["description"], obstacle["mesure"])
    for partner in data["partenaires"]:
        yield partner["role"]


def typed(iso):
    return date.fromisoformat(iso).strftime("%d/%m/%Y")


# What a file says of itself


@pytest.mark.pdf
def test_the_fiche_says_what_it_is():
    sheet = submitted(title="Télésanté pour tous")
    reader = opened(made("sheet", sheet))
    version = sheet.latest_version
    assert reader.metadata.title == f"Télésanté pour tous – {sheet.reference}"
    assert reader.root_object["/Lang"] == "fr"
    assert headings(made("sheet", sheet))[1:] == [
        "Le projet", "Les acteurs", "La réalisation", "Les indicateurs", "Les freins", "Le budget", "Le fil de vie",
    ]  # fmt: skip
    for number, page in enumerate(reader.pages, start=1):
        text = " ".join(page.extract_text().split())
        assert f"{sheet.reference} · version 1 · " in text
        assert f"empreinte {version.sha256[:12]}" in text
        assert f"Page {number} / {len(reader.pages)}" in text
        assert "Aperçu" not in text
    whole = squeezed(words(made("sheet", sheet)))
    assert version.sha256 in whole
    assert squeezed("Déposée, version 1") in whole


@pytest.mark.pdf
def test_the_note_says_what_it_is():
    sheet = submitted(title="Télésanté pour tous")
    reader = opened(made("brief", sheet))
    assert reader.metadata.title == f"Note aux élus, Télésanté pour tous – {sheet.reference}"
    assert headings(made("brief", sheet))[1:] == [
        "Quoi", "Pour qui", "Combien", "Qui", "Quand", "Risques", "Ce qui vous est demandé",
    ]  # fmt: skip


def test_a_preview_is_marked_on_each_page_and_in_the_title():
    sheet = SheetFactory(title="Un brouillon", need="Un besoin décrit longuement. " * 600)
    content = documents.document("sheet", sheet).render()
    reader = opened(content)
    assert plain(reader.metadata.title) == "Aperçu – brouillon : Un brouillon"
    assert len(reader.pages) > 2
    assert all("Aperçu – brouillon" in page.extract_text() for page in reader.pages)
    note = opened(documents.document("brief", sheet).render())
    assert plain(note.metadata.title) == "Aperçu – brouillon : Note aux élus, Un brouillon"
    assert "Aperçu – brouillon" in note.pages[0].extract_text()


def test_a_version_prints_what_it_froze():
    sheet = submitted(title="Le titre déposé")
    ProjectSheet.objects.filter(pk=sheet.pk).update(title="Un titre changé en douce")
    sheet.refresh_from_db()
    assert "Le titre déposé" in words(made("sheet", sheet))
    assert "changé en douce" in words(documents.document("sheet", sheet).render())


# Money


def test_the_plan_adds_up_by_line_year_and_nature():
    sheet = SheetFactory()
    for year, amount in ((2027, "1000.50"), (2028, "2000")):
        CostFactory(sheet=sheet, label="Serveur", nature="investment", year=year, amount=Decimal(amount))
    CostFactory(sheet=sheet, label="Agent", nature="operating", year=2028, amount=Decimal("500"))
    FundingFactory(sheet=sheet, funder="Région", year=2027, amount=Decimal("800"), status="granted")
    FundingFactory(sheet=sheet, funder="État", year=2027, amount=Decimal("9000"), status="refused")
    [table] = sheet_page(documents.facts(sheet))["plans"]
    assert table.head == ["2027", "2028", "Total"]
    assert [(row.label, [*map(plain, row.cells)]) for row in table.costs] == [
        ("Investissement", ["1 000,50", "2 000", "3 000,50"]),
        ("Serveur", ["1 000,50", "2 000", "3 000,50"]),
        ("Fonctionnement", ["–", "500", "500"]),
        ("Agent", ["–", "500", "500"]),
        ("Total des dépenses", ["1 000,50", "2 500", "3 500,50"]),
    ]
    assert [(row.label, row.note, [*map(plain, row.cells)]) for row in table.receipts] == [
        ("Région", "subvention, acquis", ["800", "–", "800"]),
        ("État", "subvention, refusé (non compté)", ["9 000", "–", "9 000"]),
        ("Total des recettes", "", ["800", "–", "800"]),
        ("Reste à financer", "", ["200,50", "2 500", "2 700,50"]),
    ]


def test_years_that_do_not_fit_make_several_tables_and_one_that_adds_up():
    sheet = SheetFactory()
    for year in range(2020, 2032):
        CostFactory(sheet=sheet, year=year, amount=Decimal("999999999.99"))
    *parts, summary = sheet_page(documents.facts(sheet))["plans"]
    assert [year for table in parts for year in table.head] == [str(year) for year in range(2020, 2032)]
    assert {row.label for table in parts for row in table.costs} == {"Investissement", "Matériel", "Total des dépenses"}
    assert [row.label for row in summary.costs] == [str(year) for year in range(2020, 2032)]
    assert [*map(plain, summary.receipts[0].cells)] == ["11 999 999 999,88", "0", "11 999 999 999,88"]
    text = squeezed(words(documents.document("sheet", sheet).render()))
    assert text.count("999999999,99") >= 24
    assert "11999999999,88" in text


@pytest.mark.parametrize(
    ("received", "said"),
    [
        ("0", "Reste à financer 1 000 € rien d’acquis"),
        ("1000", "Reste à financer 0 € 1 000 € acquis"),
        ("1500", "Recettes en trop 500 €"),
    ],
)
def test_the_key_figure_says_what_remains(received, said):
    sheet = SheetFactory()
    CostFactory(sheet=sheet, amount=Decimal("1000"))
    if Decimal(received):
        FundingFactory(sheet=sheet, amount=Decimal(received))
    assert squeezed(said) in squeezed(words(documents.document("sheet", sheet).render()))


# Places


def test_population_follows_the_scale_and_counts_nobody_twice():
    epci = EpciFactory(population=10_000)
    sheet = SheetFactory(scale="municipalities")
    sheet.epcis.add(epci)
    sheet.communes.add(CommuneFactory(epci=epci, population=500), CommuneFactory(epci=epci, population=700))
    assert Printed(documents.facts(sheet)).population == 1_200
    sheet.scale = "epci"
    assert Printed(documents.facts(sheet)).population == 10_000
    sheet.scale = "department"
    EpciFactory(population=90_000, population_total=90_000)
    assert Printed(documents.facts(sheet)).population == 100_000


# Hostile content

TEXTS = {
    "long": ("La médiation numérique, partout et pour tous. " * 1_100)[:50_000],
    "lines": "a\n" * 2_000,
    "emoji": "Bravo 👍🏽 ✅ 👨‍👩‍👧 \U0001f9ff " * 20,
    "right to left": "שלום \u202e أهلا وسهلا \u2067 fin " * 20,
    "combining": ("Z" + "\u0301\u0323\u0336" * 30) * 40,
    "a word": "anticonstitutionnellement" * 16,
    "markup": "</dd><script>alert(1)</script>{{ x }}{% now %}<b>gras</b>&amp;",
    "blank": " \u00a0\u200b\n\t ",
}


def everything(text):
    """Return a sheet whose every free text is `text`, with rows of each kind."""
    short = text[:200]
    sheet = SheetFactory(
        title=text[:300] or "x", pitch=text[:400], need=text, objectives=text, target_publics_details=text,
        expected_results=text, project_owner_name=short, owner_rationale=text, technical_referent=short,
        elected_referent=short, territory_details=text, technical_description=text, personal_data=text, hosting=text,
        interoperability=text, accessibility=text, sobriety=text, budget_notes=text, plan_gap_reason=text,
        organisation_description=text, communication=text, notice=short, workshop_reference=short,
        scale="department", target_publics=["other"], owner_commitment="confirmed", owner_commitment_by=short,
    )  # fmt: skip
    for number in range(25):
        CostFactory(
            sheet=sheet,
            label=short,
            item=text[:100],
            year=2027 + number % 3,
            nature=("investment", "operating")[number % 2],
        )
    FundingFactory(sheet=sheet, funder=short, scheme=short)
    IndicatorFactory(sheet=sheet, label=text[:300], unit=text[:60], source=text[:300], measured_by=short)
    ObstacleFactory(sheet=sheet, description=text, answer=text, answered_by=short)
    sheet.partners.create(name=short or "x", contribution=text[:500])
    sheet.phases.create(label=short, starts_on="2027-03", deliverable=text[:300])
    sheet.staffing.create(organisation_name=short, year=2027, full_time_equivalent=Decimal("0.50"))
    sheet.inspirations.create(use_case="inconnu", adaptation=text[:5_000])
    return sheet


@pytest.mark.pdf
@pytest.mark.parametrize("name", [name for name in TEXTS if name != "long"])
def test_hostile_texts_flow_and_comply(name):
    sheet = everything(TEXTS[name])
    fiche, note = (documents.document(kind, sheet).render() for kind in documents.KINDS)
    assert_pdfua(fiche)
    assert_pdfua(note)
    assert len(opened(note).pages) == 1
    assert all(title.strip() for title in headings(fiche))


@pytest.mark.pdf
def test_a_text_of_fifty_thousand_characters_is_printed_whole():
    sheet = SheetFactory(complete=True, need=TEXTS["long"])
    content = documents.document("sheet", sheet).render()
    assert_pdfua(content)
    text = squeezed(words(content))
    assert text.count(squeezed("partout et pour tous.")) >= 1_086
    assert len(opened(content).pages) > 8
    assert len(opened(documents.document("brief", sheet).render()).pages) == 1


def test_every_label_holds_on_a_line():
    sheet = everything("Texte")
    sheet.participation, sheet.maturity, sheet.ownership_mode, sheet.is_recurring = "none", "idea", "single", True
    sheet.beneficiaries_not_estimated, sheet.prerequisites, sheet.procedures = True, ["fibre"], ["dpia"]
    facts = documents.facts(sheet)
    facts |= {"delivery_status": "paused", "weather": "", "weather_sentence": ""}
    facts["frozen"] |= {"department_pilot": "Camille Martin"}
    page = sheet_page(facts)
    groups = [*(block.items for block in page["blocks"]), page["plan_items"], page["calendar_items"], page["sources"]]
    labels = [item.label for group in groups for item in group]
    assert len(labels) >= 28
    assert [label for label in labels if len(label) > 22] == []


def test_markup_of_people_is_only_text():
    text = words(documents.document("sheet", everything(TEXTS["markup"])).render())
    assert "</dd><script>alert(1)</script>{{ x }}{% now %}<b>gras</b>&amp;" in text


@pytest.mark.pdf
def test_a_sheet_without_any_row_has_no_empty_heading():
    sheet = SheetFactory(title="Rien d'autre")
    content = documents.document("sheet", sheet).render()
    assert_pdfua(content)
    assert headings(content) == ["Rien d'autre", "Le fil de vie"]
    note = documents.document("brief", sheet).render()
    assert_pdfua(note)
    assert headings(note) == ["Rien d'autre", "Ce qui vous est demandé"]


def test_a_title_that_shows_nothing_is_said():
    sheet = SheetFactory(title="\u200b \u00a0")
    assert "Fiche sans intitulé" in words(documents.document("sheet", sheet).render())


def test_a_thematic_without_a_sign_prints():
    sheet = SheetFactory()
    assert not sheet_page(documents.facts(sheet))["thematic"]["sign"]
    Thematic.objects.filter(pk=sheet.thematic_id).update(code="e-sante")
    sheet.refresh_from_db()
    assert "<title>" in sheet_page(documents.facts(sheet))["thematic"]["sign"]


# The note


@pytest.mark.parametrize(
    ("text", "most", "said"),
    [
        ("Une phrase.", 40, "Une phrase."),
        ("Une phrase. Une autre phrase plus longue.", 30, "Une phrase. […]"),
        ("Des mots sans fin ni point pour les arrêter", 18, "Des mots sans fin […]"),
        ("Un mot, puis rien", 8, "Un mot […]"),
        ("anticonstitutionnellement", 10, "anticonsti […]"),
        ("Deux\n\nlignes", 40, "Deux lignes"),
        ("", 10, ""),
    ],
)
def test_an_excerpt_never_cuts_a_word_that_could_stay_whole(text, most, said):
    assert brief.excerpt(text, most) == said


ASKS = {
    S.DRAFT: ["Prendre connaissance"],
    S.IN_REVIEW: ["Prendre connaissance"],
    S.EXAMINED: ["Dire si le projet doit être retenu", "Désigner un élu référent", "Trouver 1 000 €", "Appuyer"],
    S.SELECTED: ["Soutenir", "Désigner un élu référent", "Trouver 1 000 €", "Appuyer"],
    S.WITHDRAWN: ["Rien"],
    S.MERGED: ["Rien"],
}


@pytest.mark.parametrize("status", ASKS)
def test_the_note_asks_what_the_moment_needs(status):
    sheet = submitted()
    CostFactory(sheet=sheet, amount=Decimal("3000"))
    FundingFactory(sheet=sheet, amount=Decimal("2000"), status="requested", funder="Région Hauts-de-France")
    ProjectSheet.objects.filter(pk=sheet.pk).update(status=status)
    sheet.refresh_from_db()
    asked = brief.brief_page(documents.facts(sheet))["asks"]
    assert [plain(ask)[: len(start)] for ask, start in zip(asked, ASKS[status], strict=True)] == ASKS[status]


def test_the_note_tells_the_worst_open_obstacles_first():
    sheet = SheetFactory()
    for severity, state in ((1, "open"), (4, "lifted"), (2, "open"), (4, "open"), (3, "occurred")):
        ObstacleFactory(
            sheet=sheet, description=f"Frein {severity} {state}", severity=severity, likelihood=4, state=state
        )
    told = [risk["description"] for risk in brief.brief_page(documents.facts(sheet))["risks"]]
    assert told == ["Frein 4 open", "Frein 3 occurred", "Frein 2 open"]


def test_every_status_has_a_demand():
    assert {*brief.ASKED, S.NOT_SELECTED, S.ABANDONED, S.WITHDRAWN, S.MERGED} == set(S)


# The same content, the same file


@pytest.mark.parametrize("kind", documents.KINDS)
def test_the_same_content_gives_the_same_bytes(kind):
    sheet = submitted()
    CostFactory(sheet=sheet)
    first = made(kind, sheet)
    made(kind, submitted(title="Une autre fiche"))
    assert made(kind, sheet) == first


def test_the_same_bytes_in_another_process(tmp_path):
    sheet = submitted()
    facts = documents.document("sheet", sheet, sheet.latest_version).facts
    (tmp_path / "facts.json").write_text(json.dumps(facts))
    code = (
        "import pytest, sys, json, django; django.setup(); from projects import documents;"
        f"facts = json.load(open({str(tmp_path / 'facts.json')!r}));"
        "sys.stdout.buffer.write(documents.Document('sheet', facts).render())"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=django_settings.BASE_DIR)
    assert other.stdout == made("sheet", sheet)


@pytest.fixture
def renderings(monkeypatch):
    """Count what is really made."""
    made_, render = [], pdf.render
    monkeypatch.setattr(
        pdf, "render", lambda template, *args, **options: made_.append(template) or render(template, *args, **options)
    )
    return made_


def test_a_frozen_version_is_made_once(renderings):
    sheet = submitted()
    first = documents.document("sheet", sheet, sheet.latest_version).read()
    again = documents.document("sheet", ProjectSheet.objects.get(pk=sheet.pk), sheet.latest_version).read()
    assert (renderings, first) == (["pdf/sheet.html"], again)
    documents.document("brief", sheet, sheet.latest_version).read()
    assert renderings == ["pdf/sheet.html", "pdf/brief.html"]


def test_what_the_page_says_of_the_sheet_makes_another_document(renderings):
    sheet = submitted()
    keys = {documents.document("sheet", sheet, sheet.latest_version).key}
    workflow.perform(sheet, "start_review", by=ModeratorFactory(), handler=ModeratorFactory())
    keys.add(documents.document("sheet", sheet, sheet.latest_version).key)
    keys.add(documents.document("brief", sheet, sheet.latest_version).key)
    assert len(keys) == 3


def test_another_layout_makes_another_document(monkeypatch):
    sheet = submitted()
    before = documents.document("sheet", sheet, sheet.latest_version).key
    monkeypatch.setattr(documents, "layout", lambda: "another")
    assert documents.document("sheet", sheet, sheet.latest_version).key != before


def test_a_preview_is_never_kept(renderings, settings):
    sheet = SheetFactory()
    documents.document("sheet", sheet).read()
    documents.document("sheet", sheet).read()
    assert len(renderings) == 2
    assert not (Path(settings.VAR_DIR) / "pdf").exists()


def test_a_file_cut_short_is_made_again(renderings, settings):
    sheet = submitted()
    whole = documents.document("sheet", sheet, sheet.latest_version).read()
    [path] = (Path(settings.VAR_DIR) / "pdf").rglob("*.pdf")
    path.write_bytes(whole[:1000])
    assert documents.document("sheet", sheet, sheet.latest_version).read() == whole
    assert len(renderings) == 2


# Who reads what


@pytest.mark.parametrize("name", ["pdf", "brief"])
def test_a_visitor_reads_a_published_sheet(client, name):
    sheet = published()
    address = reverse(f"projects:{name}", args=[sheet.key])
    response = client.get(address)
    assert response.status_code == 200
    assert response.content.startswith(b"%PDF-")
    suffix = "-note" if name == "brief" else ""
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'inline; filename="{sheet.reference}{suffix}.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "no-cache"
    assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert client.post(address).status_code == 405


def test_the_addresses_are_those_announced():
    sheet = published()
    assert sheet.get_pdf_url() == f"/fiches/{sheet.reference}.pdf"
    assert reverse("projects:brief", args=[sheet.key]) == f"/fiches/{sheet.reference}/note.pdf"


def test_a_private_sheet_is_never_kept_by_the_way(client):
    sheet = submitted()
    client.force_login(sheet.created_by)
    response = client.get(sheet.get_pdf_url())
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")


def reader(role, sheet):
    """Return a person who plays `role`; None is a visitor."""
    return {
        "visitor": lambda: None,
        "stranger": UserFactory,
        "other partner": lambda: MembershipFactory().user,
        "elected official": ElectedOfficialFactory,
        "author": lambda: sheet.created_by,
        "colleague": lambda: MembershipFactory(organisation=sheet.organisation).user,
        "moderator": ModeratorFactory,
    }[role]()


# What each reader gets: nothing (404), the frozen version, the preview asked by ?apercu=1.
READ, BOTH = "frozen", "both"
ACCESS = {
    "draft": dict.fromkeys(("author", "colleague", "moderator"), "preview"),
    "submitted": dict.fromkeys(("author", "colleague", "moderator"), BOTH),
    "council": dict.fromkeys(("author", "colleague", "moderator"), BOTH) | {"elected official": READ},
    "public": dict.fromkeys(("author", "colleague", "moderator"), BOTH)
    | dict.fromkeys(("visitor", "stranger", "other partner", "elected official"), READ),
}
ROLES = ("visitor", "stranger", "other partner", "elected official", "author", "colleague", "moderator")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", ACCESS)
@pytest.mark.parametrize("name", ["pdf", "brief"])
def test_who_reads_what(client, monkeypatch, state, role, name):
    monkeypatch.setattr(documents.Document, "read", lambda self: b"frozen" if self.facts["version"] else b"preview")
    sheet = SheetFactory() if state == "draft" else submitted()
    if state in ("council", "public"):
        ProjectSheet.objects.filter(pk=sheet.pk).update(status=S.EXAMINED, visibility=state)
    person = reader(role, sheet)
    if person:
        client.force_login(person)
    address = reverse(f"projects:{name}", args=[sheet.key])
    seen = [
        (r.status_code, r.content if r.status_code == 200 else b"")
        for r in (client.get(address), client.get(f"{address}?apercu=1"))
    ]
    assert (
        seen
        == {
            None: [(404, b"")] * 2,
            "preview": [(200, b"preview")] * 2,
            READ: [(200, b"frozen")] * 2,
            BOTH: [(200, b"frozen"), (200, b"preview")],
        }[ACCESS[state].get(role)]
    )


def test_the_preview_says_so_in_its_name(client):
    sheet = submitted()
    client.force_login(sheet.created_by)
    response = client.get(f"{sheet.get_pdf_url()}?apercu=1")
    assert response["Content-Disposition"] == f'inline; filename="{sheet.reference}-apercu.pdf"'


def test_a_sheet_thrown_away_is_gone(client, moderator):
    sheet = SheetFactory(discarded_at="2026-01-01T00:00Z")
    client.force_login(moderator)
    assert client.get(sheet.get_pdf_url()).status_code == 404


@pytest.mark.parametrize("name", ["pdf", "brief"])
def test_the_address_of_the_draft_leads_to_the_reference(client, name):
    sheet = published()
    response = client.get(reverse(f"projects:{name}", args=[sheet.draft_key]))
    assert (response.status_code, response["Location"]) == (302, reverse(f"projects:{name}", args=[sheet.reference]))


@pytest.mark.parametrize("rows", [1, 3])
def test_a_document_costs_the_same_whatever_its_rows(client, django_assert_num_queries, rows):
    sheet = published()
    for factory in (CostFactory, FundingFactory, IndicatorFactory):
        factory.create_batch(rows, sheet=sheet)
    version = workflow.freeze(sheet, by=None)
    assert version.number == 2
    with django_assert_num_queries(4):
        assert client.get(sheet.get_pdf_url()).status_code == 200


# The command


def run(*arguments, **options):
    output = io.StringIO()
    call_command("render_pdf", *arguments, stdout=output, **options)
    return output.getvalue()


@pytest.mark.parametrize("kind", documents.KINDS)
def test_the_command_writes_the_file(tmp_path, kind):
    sheet = submitted()
    path = tmp_path / "document.pdf"
    assert str(path) in run(kind, sheet.reference, "-o", str(path))
    assert path.read_bytes() == made(kind, sheet)
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["document.pdf"]


def test_the_command_writes_a_preview_or_an_older_version(tmp_path):
    sheet = submitted(title="La première")
    ProjectSheet.objects.filter(pk=sheet.pk).update(title="La seconde")
    sheet.refresh_from_db()
    workflow.freeze(sheet, by=None)
    path = tmp_path / "document.pdf"
    run("sheet", sheet.reference, "-o", str(path), version_number=1)
    assert "La première" in words(path.read_bytes())
    run("sheet", sheet.reference, "-o", str(path), preview=True)
    assert "Aperçu – brouillon" in words(path.read_bytes())


def test_the_command_prints_a_draft_as_a_preview(tmp_path):
    sheet = SheetFactory()
    path = tmp_path / "document.pdf"
    run("brief", sheet.draft_key, "-o", str(path))
    assert "Aperçu – brouillon" in words(path.read_bytes())


FAULTS = {
    "no such sheet": (["sheet", "CDN-2026-SANTE-99", "-o", "{folder}/a.pdf"], "Aucune fiche", 2),
    "no such version": (
        ["sheet", "{reference}", "-o", "{folder}/a.pdf", "--version-number", "7"],
        "n'a pas de version 7",
        2,
    ),
    "no such folder": (["sheet", "{reference}", "-o", "{folder}/none/a.pdf"], "ce dossier n'existe pas", 4),
    "a folder": (["sheet", "{reference}", "-o", "{folder}"], "c'est un dossier", 4),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_command_says_what_is_wrong(tmp_path, name):
    arguments, said, code = FAULTS[name]
    sheet = submitted()
    with pytest.raises(CommandError, match=said) as error:
        run(*(argument.format(reference=sheet.reference, folder=tmp_path) for argument in arguments))
    assert error.value.returncode == code
    assert not list(tmp_path.glob("*.pdf"))


def test_the_command_says_when_the_document_fails(tmp_path, monkeypatch):
    def fail(*arguments, **options):
        raise pdf.PdfError("la police manque")

    monkeypatch.setattr(pdf, "render", fail)
    with pytest.raises(CommandError, match="la police manque") as error:
        run("sheet", submitted().reference, "-o", str(tmp_path / "a.pdf"))
    assert error.value.returncode == 3


def test_the_command_needs_to_know_what_to_write(tmp_path):
    with pytest.raises(CommandError, match="livret"):
        run("livret", "CDN-2026-SANTE-07", "-o", str(tmp_path / "a.pdf"))
