"""The one door to a sheet's content: merging, refusals, the record of edits."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st

from cdn_portal.lib.merge import ABSENT, Conflict, merge
from projects import content, editing
from tests.factories.governance import MembershipFactory, ModeratorFactory, UserFactory
from tests.factories.projects import CostFactory, SheetFactory

COST = {
    "costs/aaaaaaaaaaaa": True,
    "costs/aaaaaaaaaaaa/label": "Bornes wifi",
    "costs/aaaaaaaaaaaa/nature": "investment",
    "costs/aaaaaaaaaaaa/year": 2027,
    "costs/aaaaaaaaaaaa/amount": "12500.50",
}

values = st.integers(0, 3)
contents = st.dictionaries(st.sampled_from("abcd"), values)


@given(base=contents, theirs=contents, mine=contents)
def test_merging_loses_nothing(base, theirs, mine):
    result = merge(base, theirs, mine)
    asked = {conflict.path for conflict in result.conflicts}
    after = theirs | result.changes
    for path, wanted in mine.items():
        untouched_by_me = wanted == base.get(path, ABSENT)
        assert path in asked or after.get(path, ABSENT) == wanted or untouched_by_me
        if untouched_by_me:
            assert after.get(path, ABSENT) == theirs.get(path, ABSENT)
    for path, value in theirs.items():
        changed_by_them = value != base.get(path, ABSENT)
        assert not changed_by_them or after[path] == value


def test_merge_tells_true_from_one():
    assert merge({"a": 1}, {"a": 1}, {"a": True}).changes == {"a": True}


@pytest.fixture
def sheet(db):
    return SheetFactory()


def test_a_change_is_stored_and_recorded(sheet):
    revision = editing.apply(sheet, {"title": "Nouveau nom", "target_publics": ["seniors"]}, by=sheet.created_by)
    assert (revision, sheet.revision, sheet.title, sheet.target_publics) == (1, 1, "Nouveau nom", ["seniors"])
    edit = sheet.edits.get()
    assert edit.by == sheet.created_by
    assert edit.changes["target_publics"] == [[], ["seniors"]]


def test_saving_nothing_new_leaves_no_trace(sheet):
    assert editing.apply(sheet, {"title": sheet.title}, by=sheet.created_by) == 0
    assert not sheet.edits.exists()


def test_different_fields_merge(sheet):
    editing.apply(sheet, {"need": "Le besoin"}, by=sheet.created_by, base_revision=0)
    editing.apply(sheet, {"pitch": "La phrase"}, by=sheet.created_by, base_revision=0)
    assert (sheet.need, sheet.pitch) == ("Le besoin", "La phrase")


def test_the_same_field_asks_and_stores_nothing(sheet):
    title = sheet.title
    editing.apply(sheet, {"title": "Le leur"}, by=sheet.created_by, base_revision=0)
    with pytest.raises(editing.EditConflict) as conflict:
        editing.apply(sheet, {"title": "Le mien", "need": "Autre"}, by=sheet.created_by, base_revision=0)
    assert conflict.value.conflicts == [Conflict("title", title, "Le leur", "Le mien")]
    assert conflict.value.revision == 1
    sheet.refresh_from_db()
    assert (sheet.title, sheet.need) == ("Le leur", "")


def test_rows_are_added_changed_and_removed(sheet):
    editing.apply(sheet, COST, by=sheet.created_by)
    assert content.state(sheet)["rows"]["costs"] == [
        {
            "uid": "aaaaaaaaaaaa",
            "label": "Bornes wifi",
            "nature": "investment",
            "item": "",
            "year": 2027,
            "amount": "12500.50",
        }
    ]
    editing.apply(sheet, {"costs/aaaaaaaaaaaa/amount": "10.00"}, by=sheet.created_by)
    assert content.state(sheet)["rows"]["costs"][0]["amount"] == "10.00"
    editing.apply(sheet, {"costs/aaaaaaaaaaaa": False}, by=sheet.created_by)
    assert content.state(sheet)["rows"]["costs"] == []


def test_two_people_add_rows(sheet):
    other = {path.replace("aaaaaaaaaaaa", "bbbbbbbbbbbb"): value for path, value in COST.items()}
    editing.apply(sheet, COST, by=sheet.created_by, base_revision=0)
    editing.apply(sheet, other, by=sheet.created_by, base_revision=0)
    assert sheet.costs.count() == 2


def test_a_row_removed_by_one_and_edited_by_another_asks(sheet):
    editing.apply(sheet, COST, by=sheet.created_by)
    editing.apply(sheet, {"costs/aaaaaaaaaaaa": False}, by=sheet.created_by, base_revision=1)
    with pytest.raises(editing.EditConflict) as conflict:
        editing.apply(sheet, {"costs/aaaaaaaaaaaa/label": "Autre"}, by=sheet.created_by, base_revision=1)
    assert conflict.value.conflicts == [Conflict("costs/aaaaaaaaaaaa/label", "Bornes wifi", ABSENT, "Autre")]


def test_a_row_edited_by_one_and_removed_by_another_asks(sheet):
    editing.apply(sheet, COST, by=sheet.created_by)
    editing.apply(sheet, {"costs/aaaaaaaaaaaa/label": "Autre"}, by=sheet.created_by, base_revision=1)
    with pytest.raises(editing.EditConflict) as conflict:
        editing.apply(sheet, {"costs/aaaaaaaaaaaa": False}, by=sheet.created_by, base_revision=1)
    assert conflict.value.conflicts == [Conflict("costs/aaaaaaaaaaaa/label", "Bornes wifi", "Autre", ABSENT)]
    assert sheet.costs.count() == 1


def test_a_row_removed_by_both_is_removed_in_silence(sheet):
    editing.apply(sheet, COST, by=sheet.created_by)
    for _person in range(2):
        editing.apply(sheet, {"costs/aaaaaaaaaaaa": False}, by=sheet.created_by, base_revision=1)
    assert (sheet.costs.count(), sheet.revision) == (0, 2)


@pytest.mark.parametrize(
    ("changes", "path", "sentence"),
    [
        (
            COST | {"costs/aaaaaaaaaaaa/amount": "-1.00"},
            "costs/aaaaaaaaaaaa/amount",
            "Un montant ne peut pas être négatif.",
        ),
        (
            COST | {"costs/aaaaaaaaaaaa/year": 1789},
            "costs/aaaaaaaaaaaa/year",
            "L'année doit être comprise entre 2015 et 2050.",
        ),
        ({"starts_on": "2027-05", "ends_on": "2027-04"}, "ends_on", "La fin doit venir après le début."),
        ({"target_publics": ["martiens"]}, "target_publics", "Un des choix n'existe plus."),
        ({"project_owner": "nulle-part"}, "project_owner", "Ce choix n'existe plus."),
        ({"epcis": ["000000000"]}, "epcis", "Un des choix n'existe plus."),
    ],
)
def test_refused_values_store_nothing(sheet, changes, path, sentence):
    before = content.state(sheet)
    with pytest.raises(ValidationError) as refused:
        editing.apply(sheet, {"need": "Valable"} | changes, by=sheet.created_by)
    assert refused.value.message_dict == {path: [sentence]}
    sheet.refresh_from_db()
    assert (content.state(sheet), sheet.revision) == (before, 0)


def test_month_precision_allows_the_month_of_the_start(sheet):
    editing.apply(sheet, {"starts_on": "2027-05-12", "ends_on": "2027-05"}, by=sheet.created_by)
    assert sheet.ends_on == "2027-05"


def test_unknown_fields_are_never_written(sheet):
    for path in ("status", "handler", "reference", "internal_note"):
        with pytest.raises(KeyError):
            editing.apply(sheet, {path: "x"}, by=sheet.created_by)


@pytest.mark.parametrize("make", [UserFactory, ModeratorFactory, lambda: MembershipFactory().user])
def test_only_writers_edit(sheet, make):
    with pytest.raises(PermissionDenied):
        editing.apply(sheet, {"title": "Volé"}, by=make())


def test_invited_people_edit(sheet):
    guest = UserFactory()
    sheet.invitees.create(user=guest, invited_by=sheet.created_by)
    editing.apply(sheet, {"title": "À deux"}, by=guest)
    assert sheet.edits.get().by == guest


def test_a_submitted_sheet_is_closed(db):
    sheet = SheetFactory(status="submitted")
    with pytest.raises(editing.NotEditable, match="Déposée"):
        editing.apply(sheet, {"title": "Trop tard"}, by=sheet.created_by)


def test_content_survives_a_round_trip(db):
    sheet = SheetFactory(complete=True)
    CostFactory(sheet=sheet)
    paths = editing.flatten(content.state(sheet))
    twin = SheetFactory()
    editing.seed(twin, paths, by=None)
    assert content.state(twin) == content.state(sheet)


def order_of(sheet):
    return [row["label"] for row in content.state(sheet)["rows"]["costs"]]


def places(*rows):
    return {f"costs/{row.uid}/position": place for place, row in enumerate(rows)}


@pytest.mark.parametrize("wanted", ["BAC", "CBA", "CAB", "ACB"])
def test_rows_are_moved_whatever_their_stored_positions(sheet, wanted):
    rows = {label: CostFactory(sheet=sheet, label=label) for label in "ABC"}  # all at position 0
    editing.apply(sheet, places(*(rows[label] for label in wanted)), by=sheet.created_by)
    assert order_of(sheet) == list(wanted)


def test_rows_keep_their_order_after_some_are_removed(sheet):
    rows = [CostFactory(sheet=sheet, label=label, position=place) for place, label in enumerate("ABCD")]
    editing.apply(sheet, {f"costs/{row.uid}": False for row in rows[:2]}, by=sheet.created_by)
    editing.apply(sheet, places(rows[3], rows[2]), by=sheet.created_by)
    assert order_of(sheet) == ["D", "C"]
    assert list(sheet.costs.values_list("position", flat=True)) == [0, 1]


def test_two_orders_never_ask_the_last_one_holds(sheet):
    rows = [CostFactory(sheet=sheet, label=label, position=place) for place, label in enumerate("ABC")]
    editing.apply(sheet, places(*rows[::-1]), by=sheet.created_by, base_revision=0)
    editing.apply(sheet, places(rows[1], rows[0], rows[2]), by=sheet.created_by, base_revision=0)
    assert order_of(sheet) == ["B", "A", "C"]


def test_moving_a_row_that_somebody_removed_does_not_bring_it_back(sheet):
    rows = [CostFactory(sheet=sheet, label=label, position=place) for place, label in enumerate("ABC")]
    editing.apply(sheet, {f"costs/{rows[0].uid}": False}, by=sheet.created_by, base_revision=0)
    editing.apply(sheet, places(rows[2], rows[1], rows[0]), by=sheet.created_by, base_revision=0)
    assert order_of(sheet) == ["C", "B"]


def test_as_of_gives_what_an_older_page_showed(sheet):
    title = sheet.title
    editing.apply(sheet, {"title": "Un"} | COST, by=sheet.created_by)
    editing.apply(sheet, {"title": "Deux", "costs/aaaaaaaaaaaa": False}, by=sheet.created_by)
    assert editing.as_of(sheet, 0)["title"] == title
    older = editing.as_of(sheet, 1)
    assert (older["title"], older["costs/aaaaaaaaaaaa"], older["costs/aaaaaaaaaaaa/label"]) == (
        "Un",
        True,
        "Bornes wifi",
    )
    assert "costs/aaaaaaaaaaaa" not in editing.as_of(sheet, 2)
