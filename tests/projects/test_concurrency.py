"""Several people at the same instant, on the database in use: one effect each, nothing lost."""

import threading

import pytest
from django.db import connection

from projects import editing, workflow
from projects.models import ProjectSheet
from tests.factories.governance import MembershipFactory, ModeratorFactory, ThematicFactory
from tests.factories.projects import SheetFactory

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts):
    """Run the acts at the same instant, each on its own connection; return what each gave or raised."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(rank, act):
        gate.wait()
        try:
            results[rank] = act()
        except Exception as error:  # the test looks at it
            results[rank] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def step(pk, name, by, **data):
    return lambda: workflow.perform(ProjectSheet.objects.get(pk=pk), name, by=by, **data)


def test_submissions_at_the_same_instant_take_numbers_without_gap():
    thematic = ThematicFactory()
    sheets = [SheetFactory(complete=True, thematic=thematic) for _ in range(8)]
    results = together(*(step(sheet.pk, "submit", sheet.created_by) for sheet in sheets))
    assert [error for error in results if isinstance(error, Exception)] == []
    numbers = sorted(ProjectSheet.objects.values_list("reference", flat=True))
    assert [reference[-2:] for reference in numbers] == [f"{number:02d}" for number in range(1, 9)]


@pytest.mark.parametrize("attempt", range(10))
def test_two_decisions_at_the_same_instant_have_one_effect(attempt):
    sheet = SheetFactory(complete=True)
    workflow.perform(sheet, "submit", by=sheet.created_by)
    first, second = ModeratorFactory(), ModeratorFactory()
    asked = {"sections": ["budget"], "reason": "incomplete", "message": "Précisez.", "due_on": None}
    results = together(
        step(sheet.pk, "start_review", first, handler=first),
        step(sheet.pk, "request_changes", second, request=asked),
    )
    refused = [result for result in results if isinstance(result, Exception)]
    # Either one came first and closed the door, or the review began and the request followed it.
    assert all(isinstance(error, workflow.TransitionError) for error in refused)
    sheet.refresh_from_db()
    assert sheet.transitions.count() == 1 + 2 - len(refused)
    assert sheet.change_requests.filter(closed_at=None).count() == (sheet.status == "changes_requested")


def test_a_double_click_at_the_same_instant_submits_once():
    sheet = SheetFactory(complete=True)
    results = together(*[step(sheet.pk, "submit", sheet.created_by)] * 4)
    assert sum(isinstance(result, workflow.TransitionError) for result in results) == 3
    assert (sheet.transitions.count(), sheet.versions.count()) == (1, 1)


def test_ten_people_typing_lose_nothing():
    sheet = SheetFactory()
    people = [MembershipFactory(organisation=sheet.organisation).user for _ in range(10)]

    def add_cost(rank, person):
        path = f"costs/row{rank:09d}"
        changes = {path: True, f"{path}/label": f"Ligne {rank}", f"{path}/nature": "operating", f"{path}/year": 2027}
        return lambda: editing.apply(
            ProjectSheet.objects.get(pk=sheet.pk), changes | {f"{path}/amount": "1.00"}, by=person, base_revision=0
        )

    results = together(*(add_cost(rank, person) for rank, person in enumerate(people)))
    assert sorted(results) == list(range(1, 11))
    assert set(sheet.costs.values_list("label", flat=True)) == {f"Ligne {rank}" for rank in range(10)}
