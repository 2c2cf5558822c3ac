"""What people choose from, read once for a page and shared by every row."""

from functools import cached_property

from django.db.models import Q

from governance.models import Commune, Epci, Organisation, Thematic
from projects import inspiration
from projects.models import ProjectSheet


class Lookups:
    """The choices of a page: each list is read from the database at most once, when a field asks for it.

    What the sheet already names stays a choice, even when nobody could choose it today.
    """

    def __init__(self, user, sheet=None):
        self.user, self.sheet = user, sheet

    @cached_property
    def thematics(self):
        """[(code, name)], in the order of the strategy."""
        return list(Thematic.objects.order_by("position").values_list("code", "name"))

    @cached_property
    def organisations(self):
        """[(code, name)]: those that are active, and those that the sheet names."""
        partners = self.sheet.partners.exclude(organisation=None).values("organisation")
        named = Q(pk=self.sheet.project_owner_id) | Q(pk__in=partners)
        found = Organisation.objects.filter(Q(is_active=True) | named).order_by("name")
        return list(found.values_list("code", "name"))

    @cached_property
    def epcis(self):
        """[(SIREN, name)]."""
        return list(Epci.objects.order_by("name").values_list("siren", "official_name"))

    @cached_property
    def communes(self):
        """{INSEE code: name and postcode}."""
        rows = Commune.objects.order_by("name", "insee_code").values_list("insee_code", "name", "postcodes")
        return {code: f"{name} ({postcodes[0] if postcodes else code})" for code, name, postcodes in rows}

    @cached_property
    def sheets(self):
        """{draft key: reference and title} of the other sheets that the person may read, and of those already linked."""
        readable = Q(pk__in=ProjectSheet.objects.visible_to(self.user).values("pk"))
        found = ProjectSheet.objects.filter(readable).exclude(pk=self.sheet.pk).order_by("reference", "title", "pk")
        labels = {
            key: f"{title} ({ref or key})" for key, ref, title in found.values_list("draft_key", "reference", "title")
        }
        linked = ProjectSheet.objects.filter(linked_from__sheet=self.sheet).values_list("draft_key", "pk")
        return labels | {key: f"Fiche réservée n° {pk}" for key, pk in linked if key not in labels}

    @cached_property
    def examples(self):
        """[(thematic, [(code, title)])] of the library of use cases, and those that the sheet names."""
        names, groups = dict(self.thematics), {}
        for example in inspiration.examples():
            groups.setdefault(names.get(example.thematic, ""), []).append((example.code, example.title))
        known = {code for options in groups.values() for code, _title in options}
        named = self.sheet.inspirations.values_list("use_case", flat=True)
        lost = [(code, code) for code in dict.fromkeys(named) if code not in known]
        return [*groups.items(), *([("Autres", lost)] if lost else [])]

    @property
    def lists(self):
        """[(id, labels)] of the shared lists that this page's fields use, once its fields are made."""
        found = {"communes-list": "communes", "sheets-list": "sheets"}
        return [(list_id, self.__dict__[name].values()) for list_id, name in found.items() if name in self.__dict__]
