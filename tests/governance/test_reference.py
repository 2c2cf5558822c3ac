"""The reference data: what the fixtures hold is what the database gives back."""

import json
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management import call_command

from governance.management.commands.load_reference import FIXTURES
from governance.models import Achievement, AchievementFigure, Commune, Epci, Milestone, Organisation, Thematic

pytestmark = pytest.mark.django_db

COUNTS = {
    "governance.thematic": 5,
    "governance.epci": 20,
    "governance.commune": 797,
    "governance.organisation": 37,
    "governance.achievement": 13,
    "governance.achievementfigure": 9,
    "governance.swotitem": 9,
    "governance.milestone": 5,
    "governance.strategystatement": 15,
    "governance.publicfact": 9,
    "workshops.usecase": 22,
}


def rows():
    for name in FIXTURES:
        yield from json.loads((Path(settings.FIXTURE_DIRS[0]) / f"{name}.json").read_text(encoding="utf-8"))


def load(**options):
    output = StringIO()
    call_command("load_reference", stdout=output, **options)
    return output.getvalue().replace("\u00a0", " ")


def everything():
    """Return the database in the form of the fixtures."""
    found = {}
    for label in COUNTS:
        model = apps.get_model(label)
        given = json.loads(
            serializers.serialize(
                "json", model.objects.all(), use_natural_foreign_keys=True, use_natural_primary_keys=True
            )
        )
        for row in given:
            key = tuple(row["fields"][name] for name in model.natural_fields)
            found[label, key] = row["fields"]
    return found


def assert_equal_to_fixtures():
    found = everything()
    assert Counter(label for label, _ in found) == COUNTS
    for row in rows():
        key = tuple(row["fields"][name] for name in apps.get_model(row["model"]).natural_fields)
        stored = found.pop((row["model"], key))
        for name, value in row["fields"].items():
            given = sorted(value) if name == "thematics" else value
            kept = sorted(stored[name]) if name == "thematics" else stored[name]
            assert kept == given, (row["model"], key, name)
    assert found == {}


def test_command_twice_gives_the_fixtures_and_says_what_it_did():
    assert "Total : 941 créées, 0 mises à jour, 0 inchangées" in load()
    assert_equal_to_fixtures()
    assert "Total : 0 créées, 0 mises à jour, 941 inchangées" in load()
    assert_equal_to_fixtures()


def test_loaddata_gives_the_same():
    call_command("loaddata", *FIXTURES, verbosity=0)
    assert_equal_to_fixtures()


def test_what_changed_in_the_fixtures_is_refreshed():
    load()
    Commune.objects.filter(insee_code="02001").update(population=1)
    Organisation.objects.get(code="useda").thematics.clear()
    assert "Total : 0 créées, 2 mises à jour, 939 inchangées" in load()
    assert_equal_to_fixtures()


def test_what_staff_changed_is_kept_unless_asked(moderator):
    load()
    useda = Organisation.objects.get(code="useda")
    useda.summary = "Écrit par un agent."
    useda._history_user = moderator
    useda.save()
    assert "1 gardées (modifiées à la main)" in load()
    useda.refresh_from_db()
    assert useda.summary == "Écrit par un agent."
    load(overwrite=True)
    useda.refresh_from_db()
    assert useda.summary != "Écrit par un agent."


def test_fields_that_fixtures_do_not_give_belong_to_staff():
    load()
    Organisation.objects.filter(code="aptic").update(is_active=False)
    assert "941 inchangées" in load()
    assert not Organisation.objects.get(code="aptic").is_active


def test_territory_adds_up():
    load()
    for epci in Epci.objects.prefetch_related("communes"):
        communes = list(epci.communes.all())
        assert (len(communes), sum(commune.population for commune in communes)) == (epci.commune_count, epci.population)
    assert Epci.objects.seated_here().count() == 19
    assert sum(epci.population for epci in Epci.objects.all()) == 523_342
    assert Organisation.objects.filter(epci__isnull=False, kind="epci").count() == 20


def test_figures_read_as_french_readers_write_them():
    load()
    assert [str(figure) for figure in AchievementFigure.objects.filter(achievement__code="adm-2")] == [
        "2\xa0950 collectivités regroupées par la SPL X-DEMAT",
        "8 départements couverts par la SPL X-DEMAT",
    ]


def test_strategy_in_its_order():
    load()
    assert list(Thematic.objects.values_list("reference_code", flat=True)) == [
        "EDUC",
        "SANTE",
        "INCLU",
        "TERRI",
        "ADMIN",
    ]
    assert list(Milestone.objects.values_list("code", flat=True)) == ["P1", "P2", "P3", "P4", "P5"]
    assert Achievement.objects.first().code == "edu-1"
