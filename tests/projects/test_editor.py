"""The editor, as a browser without scripts uses it: every section, every refusal, rows, two people on one sheet."""

import pytest
from django.test import Client
from django.urls import reverse

from governance.models import Thematic
from projects import content, sections
from projects.models import ProjectSheet, SheetEdit
from tests.factories.governance import (
    CommuneFactory,
    EpciFactory,
    MembershipFactory,
    ModeratorFactory,
    OrganisationFactory,
    ThematicFactory,
    UserFactory,
)
from tests.factories.projects import CostFactory, FundingFactory, ObstacleFactory, SheetFactory
from tests.factories.workshops import UseCaseFactory

from .editor_page import EditorPage, plain

FORMS = [code for code in sections.BY_CODE if code != "documents"]
LONGEST = 50_000


@pytest.fixture
def sheet(db):
    return SheetFactory()


@pytest.fixture
def page_of(client, sheet):
    """Open a section of the sheet as the person who began it, or as somebody else."""

    def open_page(code, by=None, on=None):
        client.force_login(by or sheet.created_by)
        return EditorPage(client, on or sheet, code).open()

    return open_page


def everything(sheet):
    """Fill every field and table of a sheet, as an import would."""
    from projects import editing

    thematic, organisation, epci, commune = ThematicFactory(), OrganisationFactory(), EpciFactory(), CommuneFactory()
    other, example = SheetFactory(created_by=sheet.created_by), UseCaseFactory()
    changes = {
        "pitch": "La phrase, « entre guillemets »", "secondary_thematics": [thematic.code], "origin": "call", "maturity": "ready",
        "need": "Ligne 1\nLigne 2", "objectives": "Un\nDeux", "target_publics": ["seniors", "pupils"],
        "target_publics_details": "Détails", "beneficiaries": 12_500, "beneficiaries_not_estimated": True,
        "expected_results": "R", "participation": "dialogue", "project_owner": organisation.code, "project_owner_name": "X",
        "ownership_mode": "grouping", "owner_commitment": "asked", "owner_commitment_on": "2026-11-02",
        "owner_commitment_by": "Y", "owner_rationale": "Z", "technical_referent": "T", "elected_referent": "E",
        "scale": "epci", "epcis": [epci.siren], "communes": [commune.insee_code], "territory_details": "D",
        "technical_description": "T", "prerequisites": ["data", "fibre"], "personal_data": "P", "hosting": "H",
        "interoperability": "I", "accessibility": "A", "sobriety": "S", "budget_magnitude": "under_1m",
        "amounts_include_tax": True, "budget_notes": "N", "plan_gap_reason": "G", "organisation_description": "O",
        "procedures": ["dpia", "xdemat"], "communication": "C", "starts_on": "2027-03", "ends_on": "2028-01-15",
        "duration": "one_to_two", "is_recurring": True,
    }  # fmt: skip
    rows = {
        "inspirations": {"use_case": example.code, "relevance": "partly", "adaptation": "Ainsi"},
        "links": {"kind": "complements", "target": other.draft_key},
        "partners": {"organisation": organisation.code, "name": "", "role": "expert", "commitment": "asked", "contribution": "c"},
        "costs": {"label": "Bornes", "nature": "investment", "item": "matériel", "year": 2027, "amount": "12500.50"},
        "funding": {"funder": "Région", "scheme": "s", "kind": "grant", "year": 2027, "amount": "1000.00", "status": "granted"},
        "staffing": {"organisation_name": "O", "year": 2028, "full_time_equivalent": "0.80"},
        "phases": {"label": "Achat", "starts_on": "2027-03", "ends_on": "2027-03-31", "deliverable": "d"},
        "indicators": {
            "label": "I", "family": "use", "kind": "quantity", "unit": "€", "baseline_value": "-12.50",
            "baseline_on": "2026-01-31", "target_value": "3000.00", "target_on": "2028-12-31", "direction": "up",
            "alert_threshold": "0.00", "source": "s", "frequency": "yearly", "measured_by": "m",
        },
        "obstacles": {
            "category": "legal", "description": "Ligne 1\nLigne 2", "severity": 4, "likelihood": 1, "answer": "a",
            "answered_by": "b", "state": "mastered",
        },
    }  # fmt: skip
    for name, cells in rows.items():
        changes |= {f"{name}/aaa{name[:6]}": True} | {
            f"{name}/aaa{name[:6]}/{cell}": value for cell, value in cells.items()
        }
    editing.apply(sheet, changes, by=sheet.created_by)


# Every section, every actor.


@pytest.mark.parametrize("code", sections.BY_CODE)
@pytest.mark.parametrize(
    ("actor", "status", "expected"),
    [
        ("author", "draft", 200),
        ("colleague", "draft", 200),
        ("invited", "draft", 200),
        ("author", "changes_requested", 200),
        ("moderator", "draft", 403),
        ("stranger", "draft", 404),
        ("revoked", "draft", 404),
        ("anonymous", "draft", 302),
    ],
)
def test_who_opens_a_section(client, db, code, actor, status, expected):
    sheet = SheetFactory(status=status)
    people = {
        "author": sheet.created_by,
        "colleague": MembershipFactory(organisation=sheet.organisation).user,
        "invited": UserFactory(),
        "revoked": UserFactory(),
        "moderator": ModeratorFactory(),
        "stranger": MembershipFactory().user,
    }
    sheet.invitees.create(user=people["invited"], invited_by=sheet.created_by)
    sheet.invitees.create(user=people["revoked"], invited_by=sheet.created_by, revoked_at=sheet.created_at)
    if actor != "anonymous":
        client.force_login(people[actor])
    url = reverse("projects:edit", args=[sheet.key, code])
    assert client.get(url).status_code == expected
    if expected in (403, 404):
        assert client.post(url, {"title": "Volé", "revision": "0"}).status_code == expected


@pytest.mark.parametrize("code", FORMS)
def test_a_section_sent_back_untouched_changes_nothing(page_of, sheet, code):
    everything(sheet)
    before, edits = content.state(sheet), SheetEdit.objects.count()
    page = page_of(code).send()
    assert page.response.status_code == 302, page.errors
    assert (content.state(sheet), SheetEdit.objects.count()) == (before, edits)


def unordered(value):
    return set(value) if isinstance(value, list) else value


@pytest.mark.parametrize("code", FORMS)
def test_a_section_typed_on_an_empty_sheet_is_what_was_typed(client, page_of, sheet, code):
    """What one page shows, typed again on another sheet, gives the same content."""
    everything(sheet)
    shown = page_of(code).fields
    twin = SheetFactory(thematic=sheet.thematic, created_by=sheet.created_by, organisation=sheet.organisation)
    page = page_of(code, on=twin)
    page.fields = shown | {"revision": ["0"]}
    assert page.send().response.status_code == 302, page.errors
    wanted, found = content.state(sheet), content.state(ProjectSheet.objects.get(pk=twin.pk))
    section = sections.BY_CODE[code]
    assert {name: unordered(found[name]) for name in section.fields} == {
        name: unordered(wanted[name]) for name in section.fields
    }
    assert {name: found["rows"][name] for name in section.row_names} == {
        name: wanted["rows"][name] for name in section.row_names
    }


def test_saving_goes_on_to_the_next_section(page_of, sheet):
    page = page_of("identification").send(value="next", pitch="Une phrase")
    assert page.response.url.endswith("/modifier/contexte/")
    sheet.refresh_from_db()
    assert sheet.pitch == "Une phrase"


def test_the_page_says_what_is_missing_and_for_which_step(page_of):
    page = page_of("contexte")
    assert 'href="#id_need"' in page.text
    assert "Pour déposer" in page.text
    assert "Pour l’instruction" in page.text or "Pour l&#x27;instruction" in page.text
    assert 'id="id_target_publics"' in page.text


@pytest.mark.parametrize("code", FORMS)
def test_every_missing_answer_has_its_anchor(page_of, code):
    page = page_of(code)
    for item in page.response.context["missing_here"]:
        assert f'id="id_{item.anchor}"' in page.text


def test_a_draft_key_leads_to_the_reference(client, db):
    sheet = SheetFactory(status="changes_requested")
    client.force_login(sheet.created_by)
    response = client.get(reverse("projects:edit", args=[sheet.draft_key, "budget"]))
    assert response.url == reverse("projects:edit", args=[sheet.reference, "budget"])


def test_invited_people_are_not_offered_to_submit(page_of, sheet):
    guest = UserFactory()
    sheet.invitees.create(user=guest, invited_by=sheet.created_by)
    step = reverse("projects:step", args=[sheet.key, "submit"])
    assert step in page_of("contexte").text
    assert step not in page_of("contexte", by=guest).text


# Bad input: in French, at its field, with everything typed kept and nothing stored.

# Choices that a page cannot show again, since they are not in its lists.
UNKNOWN = {"thematic", "target_publics", "communes"}
REFUSED = [
    ("calendrier", {"starts_on": "05/2027", "ends_on": "avril 2027"}, "ends_on", "La fin doit venir après le début."),
    ("calendrier", {"starts_on": "demain"}, "starts_on", "« demain » n’est pas une date"),
    ("calendrier", {"starts_on": "31/02/2027"}, "starts_on", "Il n’y a pas de jour 31"),
    ("calendrier", {"starts_on": "12/1789"}, "starts_on", "entre 2000 et 2100"),
    (
        "calendrier",
        {"phases-0-label": "Achat", "phases-0-starts_on": "05/2027", "phases-0-ends_on": "04/2027"},
        "phases-0-ends_on",
        "La fin doit venir après le début.",
    ),
    ("identification", {"title": " "}, "title", "Remplissez ce champ."),
    ("identification", {"title": "x" * 301}, "title", "Ce texte compte 301 caractères : gardez-en 300 au plus."),
    ("identification", {"title": "Avant\0après"}, "title", "Le caractère nul"),
    ("identification", {"thematic": "nulle-part"}, "thematic", "Ce choix n’existe plus."),
    ("contexte", {"need": "x" * (LONGEST + 1)}, "need", "Ce texte compte 50001 caractères : gardez-en 50000 au plus."),
    ("contexte", {"target_publics": ["martiens"]}, "target_publics", "Un des choix n’existe plus."),
    ("contexte", {"beneficiaries": "beaucoup"}, "beneficiaries", "Ce n’est pas un nombre"),
    ("contexte", {"beneficiaries": "-3"}, "beneficiaries", "0"),
    ("contexte", {"beneficiaries": "12,5"}, "beneficiaries", "nombre entier"),
    ("contexte", {"beneficiaries": "99 999 999"}, "beneficiaries", "70"),
    ("acteurs", {"owner_commitment_on": "03/2027"}, "owner_commitment_on", "Donnez aussi le jour"),
    ("territoire", {"communes-add": "Atlantis"}, "communes", "« Atlantis » n’est pas une commune de l’Aisne."),
    ("territoire", {"communes": ["99999"]}, "communes", "Un des choix n’existe plus."),
]
COST = {"costs-0-label": "Bornes", "costs-0-nature": "investment", "costs-0-year": "2027", "costs-0-amount": "100"}
REFUSED += [
    ("budget", COST | cell, f"costs-0-{next(iter(cell)).split('-')[2]}", sentence)
    for cell, sentence in [
        ({"costs-0-amount": "-5"}, "Un montant ne peut pas être négatif."),
        ({"costs-0-amount": "2 000 000 000"}, "un milliard"),
        ({"costs-0-amount": "9" * 39}, "Ce nombre est trop grand"),
        ({"costs-0-amount": "12.500"}, "peut se lire de deux façons"),
        ({"costs-0-amount": "1 000,125"}, "deux chiffres"),
        ({"costs-0-amount": "cher"}, "Ce n’est pas un nombre"),
        ({"costs-0-amount": ""}, "Remplissez ce champ."),
        ({"costs-0-year": "1789"}, "entre 2015 et 2050"),
        ({"costs-0-year": "20277"}, "entre 2015 et 2050"),
        ({"costs-0-label": ""}, "Remplissez ce champ."),
        ({"costs-0-nature": ""}, "Faites un choix."),
    ]
]


@pytest.mark.parametrize(("code", "typed", "field", "sentence"), REFUSED)
def test_bad_input_is_refused_at_its_field_and_kept(page_of, sheet, code, typed, field, sentence):
    before = content.state(sheet)
    page = page_of(code)
    page.fields |= typed
    page.send()
    assert page.response.status_code == 200
    assert list(page.errors) == [field]
    assert sentence in " ".join(page.errors[field])
    assert content.state(ProjectSheet.objects.get(pk=sheet.pk)) == before
    assert 'class="notice notice-danger error-summary"' in page.text
    for name in typed:
        shown = page.fields.get(name, [])
        assert shown == [typed[name]] or name in UNKNOWN or "\0" in typed[name], name


@pytest.mark.parametrize(
    "text",
    [
        "x" * LONGEST,
        "Fusée 🚀 et drapeau 🇫🇷 👩🏽‍💻",
        "مشروع رقمي עברית",
        "e\u0301le\u0301ment a\u0328\u0301 Z\u0351\u0363",
        "<script>alert(1)</script> & \"guillemets\" 'simples'",
        "{{ piège }} {% load %}",
        "Ligne 1\n\n\tLigne 2",
    ],
)
def test_every_text_comes_back_as_it_was(page_of, sheet, text):
    page = page_of("contexte").send(need=text.replace("\n", "\r\n"))
    assert page.response.status_code == 302, page.errors
    sheet.refresh_from_db()
    assert sheet.need == text
    assert page.follow().fields["need"] == [text.replace("\n", "\r\n")]


def test_funding_above_costs_is_said_and_stored(page_of, sheet):
    CostFactory(sheet=sheet, amount="1000.00")
    FundingFactory(sheet=sheet, amount="1500.50")
    page = page_of("budget")
    assert "Excédent de recettes" in page.text
    assert "Les recettes dépassent les dépenses de 500,50 €." in page.text
    assert page.send().response.status_code == 302


@pytest.mark.parametrize("revision", ["", "abc", "-1", "99999999999999999999", "500"])
def test_a_page_that_says_no_possible_revision_is_compared_with_everything(page_of, sheet, revision):
    page = page_of("contexte").send(need="Le besoin")
    page.follow()
    assert page.send(need="Autre", revision=revision).response.status_code == 409


# Rows.


def labels_of(sheet):
    return [row["label"] for row in content.state(ProjectSheet.objects.get(pk=sheet.pk))["rows"]["costs"]]


def cost(index, label, amount="10"):
    return {
        f"costs-{index}-label": label, f"costs-{index}-nature": "operating", f"costs-{index}-year": "2027",
        f"costs-{index}-amount": amount,
    }  # fmt: skip


def test_a_row_is_added_then_filled_then_stored(page_of, sheet):
    CostFactory(sheet=sheet, label="Déjà là")
    page = page_of("budget")
    page.fields["budget_notes"] = ["Pas encore enregistré"]
    page.send(button="add", value="costs")
    assert page.errors == {}
    assert page.text.count(" autofocus") == 1
    assert 'id="id_costs-1-label"' in next(tag for tag in page.text.split("<") if " autofocus" in tag)
    assert page.fields["budget_notes"] == ["Pas encore enregistré"]
    assert sheet.costs.count() == 1
    page.fields |= cost(1, "Nouvelle", "12 500,50 €")
    assert page.send().response.status_code == 302
    assert labels_of(sheet) == ["Déjà là", "Nouvelle"]
    assert str(sheet.costs.last().amount) == "12500.50"


def test_a_new_row_starts_with_the_usual_choice(page_of):
    page = page_of("budget").send(button="add", value="funding")
    assert page.fields["funding-1-status"] == ["considered"]
    assert page.send().response.status_code == 302


def test_rows_are_moved_and_stored_in_their_new_order(page_of, sheet):
    for place, label in enumerate("ABC"):
        CostFactory(sheet=sheet, label=label, position=place)
    page = page_of("budget").send(button="move", value="costs-2-up").send(button="move", value="costs-2-up")
    assert labels_of(sheet) == ["A", "B", "C"]
    page.send()
    assert labels_of(sheet) == ["C", "A", "B"]
    page.follow().send(button="move", value="costs-0-down")
    page.send()
    assert labels_of(sheet) == ["A", "C", "B"]


@pytest.mark.parametrize("wanted", ["costs-0-up", "costs-9-down", "costs-x-up", "../../etc", "links-0-up", ""])
def test_a_move_that_cannot_be_leaves_everything_as_it_is(page_of, sheet, wanted):
    CostFactory(sheet=sheet, label="A")
    page = page_of("budget").send(button="move", value=wanted)
    assert page.response.status_code == 200
    assert page.fields["costs-0-label"] == ["A"]


def test_a_row_is_removed_by_its_box(page_of, sheet):
    for place, label in enumerate("ABC"):
        CostFactory(sheet=sheet, label=label, position=place)
    page = page_of("budget").send(**{"costs-1-DELETE": "on"})
    assert page.response.status_code == 302
    assert labels_of(sheet) == ["A", "C"]


def test_a_wrong_row_that_is_removed_is_not_judged(page_of, sheet):
    CostFactory(sheet=sheet, label="A")
    page = page_of("budget").send(**{"costs-0-amount": "cher", "costs-0-DELETE": "on"})
    assert page.response.status_code == 302
    assert labels_of(sheet) == []


def test_a_row_that_was_not_sent_stays(page_of, sheet):
    for label in "AB":
        CostFactory(sheet=sheet, label=label)
    page = page_of("budget")
    page.fields = {name: value for name, value in page.fields.items() if not name.startswith("costs-1-")}
    page.fields["costs-TOTAL_FORMS"] = page.fields["costs-INITIAL_FORMS"] = "1"
    assert page.send().response.status_code == 302
    assert labels_of(sheet) == ["A", "B"]


def test_a_row_emptied_by_mistake_is_not_lost(page_of, sheet):
    CostFactory(sheet=sheet, label="A")
    page = page_of("budget").send(**dict.fromkeys(cost(0, ""), ""))
    assert set(page.errors) == {"costs-0-label", "costs-0-nature", "costs-0-year", "costs-0-amount"}
    assert labels_of(sheet) == ["A"]


def test_twenty_five_cost_lines(page_of, sheet):
    page = page_of("budget")
    page.fields["costs-TOTAL_FORMS"] = "25"
    for index in range(25):
        page.fields |= cost(index, f"Dépense {index}") | {f"costs-{index}-ORDER": str(index)}
    assert page.send().response.status_code == 302
    assert labels_of(sheet) == [f"Dépense {index}" for index in range(25)]
    assert sheet.edits.count() == 1


@pytest.mark.parametrize("total", ["201", "100000"])
def test_too_many_rows_are_refused_in_words(page_of, sheet, total):
    page = page_of("budget").send(**{"costs-TOTAL_FORMS": total} | cost(0, "A"))
    assert page.errors["costs"] == ["Cette liste compte plus de 200 lignes : regroupez-en."]


def test_a_page_that_arrives_without_its_count_of_rows_is_refused(page_of):
    page = page_of("budget").send(**{"costs-TOTAL_FORMS": None})
    assert page.errors["costs"] == ["La page est arrivée incomplète : relisez ces lignes, puis enregistrez de nouveau."]


def test_a_partner_without_a_name_is_refused_on_its_row(page_of):
    page = page_of("acteurs").send(**{"partners-0-role": "expert"})
    assert page.errors == {"partners-0-__all__": ["Choisissez un organisme, ou écrivez son nom."]}


@pytest.mark.parametrize("rows", [1, 25])
@pytest.mark.parametrize(("code", "factory"), [("budget", CostFactory), ("freins", ObstacleFactory)])
def test_a_page_reads_the_database_as_often_whatever_its_rows(
    page_of, sheet, django_assert_num_queries, code, factory, rows
):
    FundingFactory(sheet=sheet)
    factory.create_batch(rows, sheet=sheet)
    page = page_of(code)
    with django_assert_num_queries(16):
        page.open()


def test_hundreds_of_communes_keep_the_page_light(page_of, django_assert_num_queries):
    epci = EpciFactory()
    CommuneFactory.create_batch(797, epci=epci)
    page = page_of("territoire")
    assert page.text.count("<datalist") == 1
    assert len(page.text) < 90_000


def test_rows_share_one_list_of_sheets(page_of, sheet):
    for index in range(3):
        other = SheetFactory(organisation=sheet.organisation, created_by=sheet.created_by, title=f"Autre {index}")
        sheet.links.create(kind="complements", target=other)
    page = page_of("identification")
    assert page.text.count("Autre 1") == 2  # in the shared list, and in the row that names it


# Lists typed.


@pytest.mark.parametrize(
    "typed", ["Saint-Quentin", "saint quentin", "SAINT-QUENTIN (02100)", "02691", " Saint Quentin ,"]
)
def test_communes_are_found_as_people_type_them(page_of, sheet, typed):
    CommuneFactory(name="Saint-Quentin", postcodes=["02100"], insee_code="02691")
    page = page_of("territoire").send(**{"communes-add": typed})
    assert page.response.status_code == 302, page.errors
    assert [commune.insee_code for commune in sheet.communes.all()] == ["02691"]
    assert page.follow().fields["communes"] == ["02691"]
    page.send(communes=[])
    assert sheet.communes.count() == 0


def test_a_misspelt_commune_gets_a_hint(page_of):
    CommuneFactory(name="Soissons", postcodes=["02200"])
    page = page_of("territoire").send(**{"communes-add": "Soisons"})
    assert "Vouliez-vous dire « Soissons (02200) » ?" in page.errors["communes"][0]


def test_links_name_only_sheets_that_the_person_may_read(page_of, sheet):
    hidden = SheetFactory(title="Secret de polichinelle")
    sheet.links.create(kind="duplicates", target=hidden)
    page = page_of("identification")
    assert "Secret de polichinelle" not in page.text
    assert hidden.draft_key not in page.text
    assert page.send().response.status_code == 302
    assert sheet.links.get().target == hidden
    page.follow().send(**{"links-0-target": hidden.title})
    assert page.errors == {"links-0-target": ["« Secret de polichinelle » n’est pas une fiche de la liste."]}


def test_an_organisation_that_is_no_longer_active_stays_where_it_is_named(page_of, sheet):
    gone = OrganisationFactory(is_active=False, name="Syndicat dissous")
    sheet.partners.create(organisation=gone)
    page = page_of("acteurs")
    assert page.fields["partners-0-organisation"] == [gone.code]
    assert page.send().response.status_code == 302


# Two people on one sheet.


@pytest.fixture
def colleague_of(client, sheet):
    """Save something as a colleague, while a page of another person is open."""

    def save(code, **fields):
        other = Client()
        person = UserFactory(full_name="Claude Exemple")
        MembershipFactory(user=person, organisation=sheet.organisation)
        other.force_login(person)
        page = EditorPage(other, sheet, code).open().send(**fields)
        assert page.response.status_code == 302, page.errors

    return save


def test_different_fields_of_a_section_merge(page_of, colleague_of, sheet):
    page = page_of("contexte")
    colleague_of("contexte", need="Le leur")
    assert page.send(expected_results="Le mien").response.status_code == 302
    sheet.refresh_from_db()
    assert (sheet.need, sheet.expected_results) == ("Le leur", "Le mien")


def test_the_same_field_is_asked_with_everything_typed_kept(page_of, colleague_of, sheet):
    page = page_of("contexte")
    colleague_of("contexte", need="Le leur", communication=None, target_publics_details="Leur détail")
    page.send(need="Le mien", expected_results="Gardé")
    assert page.response.status_code == 409
    (question,) = page.response.context["page"].questions
    assert (question.label, question.before, question.theirs, question.mine) == (
        "Besoin et contexte",
        "–",
        "Le leur",
        "Le mien",
    )
    assert question.by == "Claude Exemple"
    assert page.fields["expected_results"] == ["Gardé"]
    assert page.fields["target_publics_details"] == ["Leur détail"]
    sheet.refresh_from_db()
    assert (sheet.need, sheet.expected_results) == ("Le leur", "")


@pytest.mark.parametrize(
    ("choice", "third", "expected"),
    [("theirs", None, "Le leur"), ("mine", None, "Le mien"), ("third", "Ensemble", "Ensemble")],
)
def test_one_answer_is_chosen(page_of, colleague_of, sheet, choice, third, expected):
    page = page_of("contexte")
    colleague_of("contexte", need="Le leur", target_publics_details="Leur détail")
    page.send(need="Le mien", expected_results="Gardé")
    page.send(**{"keep-need": choice} | ({"third-need": third} if third else {}))
    assert page.response.status_code == 302, page.errors
    sheet.refresh_from_db()
    assert (sheet.need, sheet.expected_results, sheet.target_publics_details) == (expected, "Gardé", "Leur détail")


def test_a_question_left_without_an_answer_is_asked_again(page_of, colleague_of, sheet):
    page = page_of("contexte")
    colleague_of("contexte", need="Le leur")
    page.send(need="Le mien").send()
    assert page.response.status_code == 409
    assert page.send(**{"keep-need": "mine"}).response.status_code == 302
    sheet.refresh_from_db()
    assert sheet.need == "Le mien"


@pytest.mark.parametrize(("choice", "expected"), [("theirs", ["seniors"]), ("mine", ["pupils"])])
def test_a_list_is_asked_in_words(page_of, colleague_of, sheet, choice, expected):
    page = page_of("contexte")
    colleague_of("contexte", target_publics=["seniors"])
    page.send(target_publics=["pupils"])
    (question,) = page.response.context["page"].questions
    assert (question.theirs, question.mine) == ("Personnes âgées", "Élèves")
    assert page.send(**{"keep-target_publics": choice}).response.status_code == 302
    sheet.refresh_from_db()
    assert sheet.target_publics == expected


@pytest.mark.parametrize(("choice", "expected"), [("theirs", "20.00"), ("mine", "30.00"), ("third", "40.00")])
def test_a_cell_is_asked(page_of, colleague_of, sheet, choice, expected):
    row = CostFactory(sheet=sheet, amount="10.00")
    page = page_of("budget")
    colleague_of("budget", **{"costs-0-amount": "20"})
    page.send(**{"costs-0-amount": "30"})
    (question,) = page.response.context["page"].questions
    assert (question.before, question.theirs, question.mine) == ("10\u00a0€", "20\u00a0€", "30\u00a0€")
    path = f"costs/{row.uid}/amount"
    page.send(**{f"keep-{path}": choice, f"third-{path}": "40"})
    assert page.response.status_code == 302, page.errors
    assert str(sheet.costs.get().amount) == expected


@pytest.mark.parametrize(("choice", "expected"), [("theirs", []), ("mine", [("Bornes neuves", "12500.50")])])
def test_a_row_they_removed_and_i_changed(page_of, colleague_of, sheet, choice, expected):
    row = CostFactory(sheet=sheet, label="Bornes")
    page = page_of("budget")
    colleague_of("budget", **{"costs-0-DELETE": "on"})
    page.send(**{"costs-0-label": "Bornes neuves"})
    assert page.response.status_code == 409
    assert page.response.context["page"].questions[0].theirs == "Ligne retirée"
    page.send(**{f"keep-costs/{row.uid}": choice})
    assert page.response.status_code == 302, page.errors
    assert [(r.label, str(r.amount)) for r in sheet.costs.all()] == expected


@pytest.mark.parametrize(("choice", "expected"), [("theirs", ["Bornes neuves"]), ("mine", [])])
def test_a_row_i_removed_and_they_changed(page_of, colleague_of, sheet, choice, expected):
    row = CostFactory(sheet=sheet, label="Bornes")
    page = page_of("budget")
    colleague_of("budget", **{"costs-0-label": "Bornes neuves"})
    page.send(**{"costs-0-DELETE": "on"})
    assert page.response.status_code == 409
    assert page.response.context["page"].questions[0].mine == "Ligne retirée"
    page.send(**{f"keep-costs/{row.uid}": choice})
    assert page.response.status_code == 302, page.errors
    assert [r.label for r in sheet.costs.all()] == expected


def test_two_people_add_rows_and_both_stay(page_of, colleague_of, sheet):
    page = page_of("budget")
    colleague_of("budget", **cost(0, "La leur"))
    assert page.send(**cost(0, "La mienne")).response.status_code == 302
    assert sorted(labels_of(sheet)) == ["La leur", "La mienne"]


def test_a_sheet_submitted_meanwhile_gives_back_what_was_typed(page_of, sheet):
    page = page_of("contexte")
    ProjectSheet.objects.filter(pk=sheet.pk).update(status="submitted", reference="CDN-2026-TEST-99")
    page.send(need="Tout ce que j’avais <b>tapé</b>")
    assert page.response.status_code == 409
    assert "Tout ce que j’avais &lt;b&gt;tapé&lt;/b&gt;" in page.text
    assert "Déposée" in page.text
    sheet.refresh_from_db()
    assert sheet.need == ""


def test_a_submitted_sheet_does_not_open_in_the_editor(client, db):
    sheet = SheetFactory(status="submitted")
    client.force_login(sheet.created_by)
    response = client.get(reverse("projects:edit", args=[sheet.key, "contexte"]))
    assert (response.status_code, "Cette fiche ne se modifie plus" in response.text) == (200, True)


# A new sheet.


@pytest.fixture
def new_sheet(client, db):
    membership = MembershipFactory()
    client.force_login(membership.user)
    client.organisation = membership.organisation
    return ThematicFactory()


def begin(client, thematic, title="Des bornes dans les mairies", **more):
    return client.post(reverse("projects:create"), {"title": title, "thematic": thematic.pk, **more})


def test_a_title_and_a_thematic_begin_a_sheet(client, new_sheet):
    response = begin(client, new_sheet)
    sheet = ProjectSheet.objects.get()
    assert response.url == reverse("projects:edit", args=[sheet.key, "identification"])
    assert (sheet.organisation, sheet.status, sheet.thematic) == (client.organisation, "draft", new_sheet)


def test_pressing_twice_begins_one_sheet(client, new_sheet):
    key = client.get(reverse("projects:create")).context["form"]["draft_key"].value()
    first = begin(client, new_sheet, draft_key=key)
    second = begin(client, new_sheet, draft_key=key, anyway="1")
    assert (ProjectSheet.objects.count(), first.url) == (1, second.url)


def test_a_draft_key_that_is_taken_begins_another_sheet(client, new_sheet):
    other = SheetFactory()
    begin(client, new_sheet, draft_key=other.draft_key)
    mine = ProjectSheet.objects.exclude(pk=other.pk).get()
    ProjectSheet.objects.filter(pk=mine.pk).update(discarded_at=mine.created_at)
    begin(client, new_sheet, draft_key=mine.draft_key)
    assert ProjectSheet.objects.count() == 3


def test_a_draft_alike_is_offered_first(client, new_sheet):
    begin(client, new_sheet)
    response = begin(client, new_sheet, title="Bornes dans les mairies")
    assert "Reprendre « Des bornes dans les mairies »" in plain(response.text)
    assert ProjectSheet.objects.count() == 1
    begin(client, new_sheet, title="Bornes dans les mairies", anyway="1")
    assert ProjectSheet.objects.count() == 2


def test_a_draft_of_a_workshop_is_offered_at_once(client, new_sheet):
    SheetFactory(
        organisation=client.organisation, title="Idée du groupe", workshop_reference="Atelier du 23 février, groupe 2"
    )
    response = client.get(reverse("projects:create"))
    assert "Reprendre « Idée du groupe »" in plain(response.text)


def test_another_organisation_cannot_be_chosen(client, new_sheet):
    mine, other = OrganisationFactory(), OrganisationFactory()
    MembershipFactory(user=client.get(reverse("projects:create")).context["user"], organisation=mine)
    response = begin(client, new_sheet, organisation=other.pk)
    assert "organisation" in response.context["form"].errors
    assert begin(client, new_sheet, organisation=mine.pk).status_code == 302
    assert ProjectSheet.objects.get().organisation == mine


def test_a_title_is_needed(client, new_sheet):
    response = begin(client, new_sheet, title="")
    assert response.context["form"].errors == {"title": ["Remplissez ce champ."]}
    assert Thematic.objects.count() == 1


def test_people_without_an_organisation_begin_nothing(client, db):
    client.force_login(UserFactory())
    assert client.get(reverse("projects:create")).status_code == 403


# A page that stayed open too long.


def test_an_expired_form_comes_back_with_everything_typed(sheet):
    client = Client(enforce_csrf_checks=True)
    client.force_login(sheet.created_by)
    url = reverse("projects:edit", args=[sheet.key, "contexte"])
    response = client.post(url, {"revision": "0", "need": "Tout ce que j’ai tapé", "csrfmiddlewaretoken": "x" * 64})
    assert response.status_code == 403
    assert "Le formulaire avait expiré" in response.text
    assert "Tout ce que j’ai tapé</textarea>" in response.text
    sheet.refresh_from_db()
    assert sheet.need == ""


def test_an_expired_form_of_a_stranger_shows_nothing(sheet):
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())
    response = client.post(reverse("projects:edit", args=[sheet.key, "contexte"]), {"need": "x"})
    assert (response.status_code, sheet.title in response.text) == (404, False)


def test_a_session_that_ended_gives_back_what_was_typed(client, sheet):
    url = reverse("projects:edit", args=[sheet.key, "budget"])
    response = client.post(url, cost(0, "Bornes") | {"costs-TOTAL_FORMS": "1", "budget_notes": "Mes <notes>"})
    assert response.status_code == 401
    assert "Mes &lt;notes&gt;" in response.text
    assert "Bornes · operating · 2027 · 10" in response.text
    assert "next=" in response.text
    assert sheet.title not in response.text
    assert client.post(url, {}).status_code == 302
