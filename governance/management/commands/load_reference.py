"""Load the reference data: territory, organisations, strategy, use cases."""

import json
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.core import serializers
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

FIXTURES = [
    "thematics",
    "epcis",
    "communes",
    "organisations",
    "epci_organisations",
    "achievements",
    "swot",
    "milestones",
    "strategy_statements",
    "public_facts",
    "use_cases",
]
REASON = "Données de référence"


class Command(BaseCommand):
    help = (
        "Charge les données de référence (territoire, organismes, stratégie, cas d'usage). Peut être relancée : "
        "met à jour ce qui a changé, garde ce qu'une personne a modifié dans l'administration."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="Remplace aussi ce qu'une personne a modifié dans l'administration.",
        )

    @transaction.atomic
    def handle(self, *args, overwrite, **options):
        totals = Counter()
        for name in FIXTURES:
            counts = Counter(self.load(*pair, overwrite=overwrite) for pair in read(name))
            totals.update(counts)
            self.stdout.write(f"{name} : {describe(counts)}")
        self.stdout.write(self.style.SUCCESS(f"Total : {describe(totals)}"))

    def load(self, given, fresh, *, overwrite):
        """Bring one row to what the fixture gives; return what was done."""
        model = type(fresh.object)
        if fresh.object.pk is None:
            fresh.object._change_reason = REASON
            fresh.object.save()
            set_many_to_many(fresh.object, fresh.m2m_data)
            return "created"
        current = model.objects.get(pk=fresh.object.pk)
        changes = changed_fields(current, fresh.object, given)
        links = changed_links(current, fresh.m2m_data)
        if not changes and not links:
            return "unchanged"
        if not overwrite and was_edited_by_hand(current):
            return "kept"
        for name in changes:
            setattr(current, name, getattr(fresh.object, name))
        current._change_reason = REASON
        current.save()
        set_many_to_many(current, links)
        return "updated"


def read(name):
    """Yield, for each row of a fixture, the names of the fields it gives and the object it describes.

    Lazy: each row is read after the former was saved, so that it may name it.
    """
    path = next(
        (Path(folder, f"{name}.json") for folder in settings.FIXTURE_DIRS if Path(folder, f"{name}.json").exists()),
        None,
    )
    if path is None:
        raise CommandError(f"Fichier de données absent : {name}.json")
    for row in json.loads(path.read_text(encoding="utf-8")):
        [fresh] = serializers.deserialize("python", [row])
        yield row["fields"].keys(), fresh


def changed_fields(current, fresh, given):
    """Only what the fixture gives counts: the other fields belong to staff."""
    names = [field.attname for field in current._meta.concrete_fields if field.name in given]
    return [name for name in names if getattr(current, name) != getattr(fresh, name)]


def changed_links(current, links):
    return {
        name: values
        for name, values in links.items()
        if primary_keys(getattr(current, name).all()) != primary_keys(values)
    }


def primary_keys(values):
    return {getattr(value, "pk", value) for value in values}


def set_many_to_many(instance, links):
    for name, values in links.items():
        getattr(instance, name).set(values)


def was_edited_by_hand(instance):
    """True when the history has a change signed by a person."""
    history = getattr(instance, "history", None)
    return history is not None and history.filter(history_user__isnull=False).exists()


def describe(counts):
    words = {
        "created": "créées",
        "updated": "mises à jour",
        "unchanged": "inchangées",
        "kept": "gardées (modifiées à la main)",
    }
    parts = [f"{counts[key]} {word}" for key, word in words.items() if counts[key] or key != "kept"]
    return ", ".join(parts)
