"""The editor with its scripts: rows, totals, pasting, lists; every section for everybody, on every width."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from projects import content, editing, sections
from projects.models import ProjectSheet
from tests.factories.governance import CommuneFactory, MembershipFactory
from tests.factories.projects import CostFactory, FundingFactory, SheetFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sheet(transactional_db):
    writer = MembershipFactory()
    return SheetFactory(complete=True, organisation=writer.organisation, created_by=writer.user)


@pytest.fixture
def open_section(open_page, log_in, sheet):
    page = open_page()
    log_in(page, sheet.created_by.email)

    def act(code):
        page.goto(f"/fiches/{sheet.key}/modifier/{code}/")
        return page

    return act


def save(page):
    page.get_by_role("button", name="Enregistrer", exact=True).last.click()
    page.wait_for_load_state()
    assert page.locator(".error-summary").count() == 0, page.locator(".error-summary").inner_text()


def costs_of(sheet):
    rows = content.state(ProjectSheet.objects.get(pk=sheet.pk))["rows"]["costs"]
    return [(row["label"], row["nature"], row["year"], row["amount"]) for row in rows]


def plain(locator):
    return locator.inner_text().replace("\u00a0", " ").replace("\u202f", " ")


def test_rows_and_totals_with_the_keyboard_alone(open_section, sheet):
    CostFactory(sheet=sheet, label="Matériel", amount="1000.00")
    FundingFactory(sheet=sheet, amount="1000.00")
    page = open_section("budget")
    assert plain(page.locator("[data-total=gap]")) == "0 €"
    page.get_by_role("button", name="Ajouter une dépense").focus()
    page.keyboard.press("Enter")
    for keys in ("Licences", "Fonct", "", "2028", "12 500,50"):
        page.keyboard.type(keys)
        page.keyboard.press("Tab")
    assert plain(page.locator("[data-total=costs]")) == "13 500,50 €"
    assert plain(page.locator("[data-total=gap]")) == "12 500,50 €"
    assert "Il reste 12 500,50 € à financer." in plain(page.locator("[data-total=warning]"))
    assert page.locator("[data-save-state]").inner_text() == "Modifications pas encore enregistrées"
    # The focus stands on the first open arrow of the new row.
    assert page.evaluate("document.activeElement.dataset.move") == "up"
    page.keyboard.press("Enter")
    assert "elle est maintenant la 1e sur 2" in page.locator("#id_costs [data-rows-said]").inner_text()
    save(page)
    assert costs_of(sheet) == [("Licences", "operating", 2028, "12500.50"), ("Matériel", "investment", 2027, "1000.00")]
    page.locator("#id_costs-1-DELETE").focus()
    page.keyboard.press("Space")
    assert plain(page.locator("[data-total=costs]")) == "12 500,50 €"
    save(page)
    assert [label for label, *_ in costs_of(sheet)] == ["Licences"]


def test_lines_copied_from_a_spreadsheet(open_section, sheet):
    page = open_section("budget")
    table = "Bornes\tInvestissement\tmatériel\t2027\t1 200,50\r\nFormation\tfonctionnement\t\t2028\t800\r\n"
    page.locator("#id_costs-0-label").evaluate(
        """(field, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        table,
    )
    assert page.locator("#id_costs [data-rows-said]").inner_text() == "2 lignes collées."
    assert plain(page.locator("[data-total=costs]")) == "2 000,50 €"
    save(page)
    assert costs_of(sheet) == [("Bornes", "investment", 2027, "1200.50"), ("Formation", "operating", 2028, "800.00")]


def test_communes_are_chosen_one_after_the_other(open_section, sheet):
    for name in ("Laon", "Soissons", "Guise"):
        CommuneFactory(name=name)
    page = open_section("territoire")
    for name in ("Laon", "Guise"):
        page.locator("#id_communes-add").fill(f"{name} (02000)")
    page.get_by_label("Guise (02000)").uncheck()
    page.locator("#id_communes-add").fill("soissons")
    save(page)
    assert sorted(commune.name for commune in sheet.communes.all()) == ["Laon", "Soissons"]


def test_two_people_compare_their_answers(open_section, sheet):
    page = open_section("contexte")
    editing.apply(sheet, {"need": "Le leur"}, by=sheet.created_by)
    page.locator("#id_need").fill("Le mien")
    page.get_by_role("button", name="Enregistrer", exact=True).last.click()
    page.wait_for_load_state()
    assert Axe().run(page).response["violations"] == []
    page.get_by_label("Garder la mienne").check()
    save(page)
    sheet.refresh_from_db()
    assert sheet.need == "Le mien"


@pytest.mark.parametrize("width", [320, 768, 1440])
def test_every_section_is_for_everybody(open_section, sheet, width):
    CostFactory(sheet=sheet)
    FundingFactory(sheet=sheet)
    page = open_section("identification")
    page.set_viewport_size({"width": width, "height": 900})
    for code in sections.BY_CODE:
        open_section(code)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), code
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == [], code
