"""Who changed what, in French: rows and records by their names, steps among the changes."""

import pytest
from django.urls import reverse

from projects import editing, history, workflow
from projects.models.plan import new_uid
from tests.factories.governance import EpciFactory, ModeratorFactory, OrganisationFactory, ThematicFactory
from tests.factories.projects import CostFactory, SheetFactory

pytestmark = pytest.mark.django_db


def told(sheet):
    """Return the sentences of the last edit, with plain spaces."""
    [(_edit, sentences)] = history.sentences(history.edits(sheet)[:1])
    return [sentence.replace("\u00a0", " ").replace("\u202f", " ") for sentence in sentences]


@pytest.fixture
def sheet():
    return SheetFactory(title="Ancien")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": "Nouveau"}, ["Intitulé : « Ancien » remplacé par « Nouveau »."]),
        ({"need": "Peu de services"}, ["Besoin et contexte : « Peu de services » ajouté."]),
        ({"maturity": "idea"}, ["Maturité : « Idée » ajouté."]),
        ({"target_publics": ["pupils", "seniors"]}, ["Publics visés : « Élèves, Personnes âgées » ajouté."]),
        ({"starts_on": "2027-03"}, ["Début : « mars 2027 » ajouté."]),
        ({"beneficiaries": 1200}, ["Bénéficiaires estimés : « 1 200 » ajouté."]),
        ({"is_recurring": True}, ["Se répète chaque année : « Oui » ajouté."]),
    ],
)
def test_a_field_is_told_with_both_values(sheet, changes, expected):
    editing.apply(sheet, changes, by=sheet.created_by)
    assert told(sheet) == expected


def test_records_are_told_by_their_names():
    sheet = SheetFactory(thematic=ThematicFactory(name="E-éducation"))
    thematic, epci = ThematicFactory(name="E-santé"), EpciFactory(official_name="CC du Pays d’ici")
    owner = OrganisationFactory(name="Ville d’ici")
    changes = {"thematic": thematic.code, "epcis": [epci.siren], "project_owner": owner.code}
    editing.apply(sheet, changes, by=sheet.created_by)
    assert set(told(sheet)) == {
        "Thématique : « E-éducation » remplacé par « E-santé ».",
        "Intercommunalités : « CC du Pays d’ici » ajouté.",
        "Maîtrise d'ouvrage : « Ville d’ici » ajouté.",
    }


def test_rows_are_told_by_what_names_them(sheet):
    uid = new_uid()
    row = {"label": "Matériel", "nature": "investment", "year": 2027, "amount": "1000.00"}
    editing.apply(sheet, {f"costs/{uid}": True} | {f"costs/{uid}/{k}": v for k, v in row.items()}, by=sheet.created_by)
    assert told(sheet) == ["Dépenses : la ligne « Matériel » est ajoutée."]
    editing.apply(sheet, {f"costs/{uid}/amount": "2500.50"}, by=sheet.created_by)
    assert told(sheet) == ["Dépenses, la ligne « Matériel », montant : « 1 000 € » remplacé par « 2 500,50 € »."]
    editing.apply(sheet, {f"costs/{uid}": False}, by=sheet.created_by)
    assert told(sheet) == ["Dépenses : la ligne « Matériel » est retirée."]


def test_a_partner_is_told_by_its_organisation(sheet):
    uid, partner = new_uid(), OrganisationFactory(name="Région d’ici")
    editing.apply(sheet, {f"partners/{uid}": True, f"partners/{uid}/organisation": partner.code}, by=sheet.created_by)
    assert told(sheet) == ["Partenaires : la ligne « Région d’ici » est ajoutée."]


def test_a_link_does_not_tell_the_title_of_a_draft(sheet):
    uid, target = new_uid(), SheetFactory(title="Un projet secret")
    row = {f"links/{uid}": True, f"links/{uid}/kind": "depends_on", f"links/{uid}/target": target.draft_key}
    editing.apply(sheet, row, by=sheet.created_by)
    assert told(sheet) == ["Liens avec d'autres fiches : la ligne « une fiche en brouillon » est ajoutée."]


def test_long_texts_are_told_where_they_differ(sheet):
    start = "Un long texte qui ne change pas. " * 10
    editing.apply(sheet, {"need": start + "La fin est rouge."}, by=sheet.created_by)
    editing.apply(sheet, {"need": start + "La fin est verte."}, by=sheet.created_by)
    (sentence,) = told(sheet)
    assert "La fin est rouge." in sentence
    assert "La fin est verte." in sentence
    assert len(sentence) < 300


def test_steps_stand_among_the_changes(client):
    sheet = SheetFactory(complete=True)
    editing.apply(sheet, {"title": "Un titre plus juste"}, by=sheet.created_by)
    workflow.perform(sheet, "submit", by=sheet.created_by)
    workflow.perform(sheet, "withdraw", by=sheet.created_by, comment="Le projet s’arrête.")
    client.force_login(ModeratorFactory())
    text = client.get(reverse("projects:history", args=[sheet.key])).text.replace("\u00a0", " ")
    places = [
        text.index(words) for words in ("« Retirée »", "Le projet s’arrête.", "« Déposée »", "Un titre plus juste »")
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("count", [1, 3, 40])
def test_history_costs_the_same_whatever_its_length(client, django_assert_max_num_queries, count):
    sheet = SheetFactory()
    cost = CostFactory(sheet=sheet)
    for number in range(count):
        editing.apply(
            sheet, {"title": f"Titre {number}", f"costs/{cost.uid}/year": 2020 + number % 20}, by=sheet.created_by
        )
    client.force_login(sheet.created_by)
    with django_assert_max_num_queries(14):
        assert client.get(reverse("projects:history", args=[sheet.key])).status_code == 200
