"""How moderators narrow the queue: lists in one form above it, rather than a column of links beside it."""

from django.contrib.admin import SimpleListFilter

from governance.models import Organisation, Thematic, User

from .. import queue
from ..models import ProjectSheet

S = ProjectSheet.Status
ALL = "tout"


class AudienceFilter(SimpleListFilter):
    """For whom sheets wait; the tabs above the queue are its choices."""

    title = "attente"
    parameter_name = "attend"

    def lookups(self, request, model_admin):
        return queue.Audience.choices

    def queryset(self, request, sheets):
        if self.value() not in queue.Audience.values:
            return sheets
        return sheets.filter(queue.condition(self.value(), request.user))


class StatusFilter(SimpleListFilter):
    """Drafts belong to their authors: they are shown on request only."""

    title = "statut"
    parameter_name = "statut"
    any_label = "Tous, sauf les brouillons"

    def lookups(self, request, model_admin):
        return [*S.choices, (ALL, "Tous, brouillons compris")]

    def queryset(self, request, sheets):
        if self.value() in S.values:
            return sheets.filter(status=self.value())
        return sheets if self.value() == ALL else sheets.exclude(status=S.DRAFT)


class ThematicFilter(SimpleListFilter):
    title = "thématique"
    parameter_name = "thematique"
    any_label = "Toutes"

    def lookups(self, request, model_admin):
        return Thematic.objects.order_by("position").values_list("code", "short_name")

    def queryset(self, request, sheets):
        return sheets.filter(thematic__code=self.value()) if self.value() else sheets


class HandlerFilter(SimpleListFilter):
    title = "instructeur"
    parameter_name = "instructeur"
    any_label = "Tous"

    def lookups(self, request, model_admin):
        people = User.objects.filter(handled_sheets__isnull=False).distinct()
        return [("moi", "Moi"), ("personne", "Personne encore"), *((str(p.pk), str(p)) for p in people)]

    def queryset(self, request, sheets):
        value = self.value()
        if value == "personne":
            return sheets.filter(handler=None)
        if value == "moi":
            return sheets.filter(handler=request.user)
        return sheets.filter(handler=value) if (value or "").isdecimal() else sheets


class OrganisationFilter(SimpleListFilter):
    title = "organisme"
    parameter_name = "organisme"
    any_label = "Tous"

    def lookups(self, request, model_admin):
        return Organisation.objects.filter(written_sheets__isnull=False).distinct().values_list("code", "name")

    def queryset(self, request, sheets):
        return sheets.filter(organisation__code=self.value()) if self.value() else sheets
