"""The main job, as its people do it: write, be told what is missing, submit, complete, examine, read."""

import pypdf
import pytest

from projects.models import ProjectSheet
from tests.factories.governance import ElectedOfficialFactory, MembershipFactory, ModeratorFactory

pytestmark = pytest.mark.django_db(transaction=True)


def fill_section(page, texts=(), options=(), boxes=(), save="Enregistrer et continuer"):
    """Fill a section by the names of its fields, save, and check that the page did not refuse anything."""
    for name, text in texts:
        page.locator(f"[name='{name}']:not([type=hidden])").first.fill(text)
    for name, value in options:
        field = page.locator(f"select[name='{name}']")
        if field.count():
            field.select_option(value)
        else:
            page.locator(f"input[name='{name}'][value='{value}']").check()
    for name, value in boxes:
        page.locator(f"input[name='{name}'][value='{value}']").check()
    page.get_by_role("button", name=save, exact=True).last.click()
    page.wait_for_load_state()
    assert page.locator(".error-summary").count() == 0, page.locator(".error-summary").inner_text()


def test_a_sheet_from_the_first_word_to_the_elected_official(reference_data, open_page, log_in, tmp_path):
    from governance.models import Organisation

    partner = MembershipFactory(organisation=Organisation.objects.get(code="adica")).user
    moderator, elected = ModeratorFactory(), ElectedOfficialFactory()

    # The partner begins a sheet and is told what is missing.
    page = open_page()
    log_in(page, partner.email)
    page.get_by_role("link", name="Écrire une nouvelle fiche").first.click()
    page.locator("[name='title']").fill("Des bornes d’accueil dans les mairies")
    page.locator("input[name='thematic']").first.check()
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/modifier/identification/")
    sheet = ProjectSheet.objects.get()
    page.goto(f"/fiches/{sheet.key}/etapes/submit/")
    assert page.get_by_text("Résumez le projet en une phrase.").count() == 1
    page.get_by_role("link", name="Identification").first.click()

    # Every section, in the order of the pages.
    fill_section(
        page, texts=[("pitch", "Les habitants font leurs démarches près de chez eux.")], options=[("maturity", "ready")]
    )
    fill_section(
        page,
        texts=[
            ("need", "Les mairies ferment certains jours."),
            ("objectives", "Accueillir chaque jour\nAider à remplir les dossiers"),
            ("expected_results", "Moins de trajets."),
        ],
        boxes=[("target_publics", "everyone")],
    )
    fill_section(
        page,
        texts=[
            ("project_owner_name", "Commune de Laon"),
            ("technical_referent", "Dominique Petit"),
            ("elected_referent", "Alix Roy"),
        ],
        options=[("ownership_mode", "single")],
    )
    fill_section(page, options=[("scale", "department")])
    fill_section(page, texts=[("technical_description", "Un écran, une imprimante, un logiciel libre.")])
    page.get_by_role("button", name="Ajouter une dépense").click()
    page.get_by_role("button", name="Ajouter une recette").click()
    fill_section(
        page,
        texts=[
            ("costs-0-label", "Bornes"),
            ("costs-0-year", "2027"),
            ("costs-0-amount", "12 500,50 €"),
            ("funding-0-funder", "Région Hauts-de-France"),
            ("funding-0-year", "2027"),
            ("funding-0-amount", "12500,50"),
        ],
        options=[("budget_magnitude", "under_50k"), ("costs-0-nature", "investment"), ("funding-0-status", "granted")],
    )
    fill_section(page, texts=[("organisation_description", "Un comité se réunit chaque mois.")])
    fill_section(page, texts=[("starts_on", "03/2027"), ("ends_on", "12/2027")], options=[("duration", "under_year")])
    page.get_by_role("button", name="Ajouter un indicateur").click()
    fill_section(
        page,
        texts=[
            ("indicators-0-label", "Habitants accueillis"),
            ("indicators-0-unit", "personnes"),
            ("indicators-0-target_value", "3 000"),
            ("indicators-0-target_on", "2028-12-31"),
            ("indicators-0-source", "Compteur des bornes"),
        ],
    )
    page.get_by_role("button", name="Ajouter un frein").click()
    fill_section(page, texts=[("obstacles-0-description", "Peu de place à l’accueil")])

    # Submission, once.
    page.get_by_role("link", name="Vérifier et déposer").click()
    page.get_by_role("button", name="Déposer la fiche").dblclick()
    page.wait_for_url("**/fiches/CDN-*/")
    sheet.refresh_from_db()
    assert (sheet.status, sheet.transitions.count(), sheet.versions.count()) == ("submitted", 1, 1)
    assert str(sheet.costs.get().amount) == "12500.50"

    # Staff ask for changes on one section.
    staff = open_page()
    log_in(staff, moderator.email)
    staff.goto(f"/admin/projects/projectsheet/{sheet.pk}/etapes/request_changes/")
    staff.locator("input[name='sections'][value='technique']").check()
    staff.locator("[name='message']").fill("Précisez l’hébergement.")
    staff.locator("input[name='reason'][value='incomplete']").check()
    staff.locator("#content button[type=submit], #content input[type=submit]").last.click()
    staff.wait_for_load_state()
    sheet.refresh_from_db()
    assert (sheet.status, sheet.handler) == ("changes_requested", moderator)

    # The partner corrects and sends back.
    page.goto(f"/fiches/{sheet.reference}/")
    assert page.get_by_text("Précisez l’hébergement.").count() == 1
    page.goto(f"/fiches/{sheet.reference}/modifier/technique/")
    fill_section(page, texts=[("hosting", "Hébergé par le Département.")], save="Enregistrer")
    page.goto(f"/fiches/{sheet.reference}/etapes/resubmit/")
    page.get_by_role("button", name="Renvoyer la fiche complétée").click()
    page.wait_for_url(f"**/fiches/{sheet.reference}/")

    # Staff examine.
    staff.goto(f"/admin/projects/projectsheet/{sheet.pk}/change/")
    staff.locator("select[name='department_pilot']").select_option(str(moderator.pk))
    staff.get_by_role("button", name="Enregistrer le suivi").click()
    staff.wait_for_load_state()
    staff.goto(f"/admin/projects/projectsheet/{sheet.pk}/etapes/declare_examined/")
    staff.locator("#content button[type=submit], #content input[type=submit]").last.click()
    staff.wait_for_load_state()
    sheet.refresh_from_db()
    assert (sheet.status, sheet.visibility) == ("examined", "council")

    # The elected official reads the note and the sheet, on a telephone.
    reader = open_page(width=390)
    log_in(reader, elected.email)
    assert reader.get_by_role("link", name="Lire la note").count() == 1
    for address, pages in ((f"/fiches/{sheet.reference}/note.pdf", 1), (f"/fiches/{sheet.reference}.pdf", 2)):
        answer = reader.request.get(address)
        assert answer.headers["content-type"] == "application/pdf"
        file = tmp_path / "read.pdf"
        file.write_bytes(answer.body())
        read = pypdf.PdfReader(file)
        assert len(read.pages) <= pages
        text = " ".join(part.extract_text() for part in read.pages)
        assert "Des bornes d’accueil dans les mairies" in " ".join(text.split())
        assert sheet.reference in text
