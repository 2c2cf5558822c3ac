"""What was done to a sheet: rows that are written once and never change."""

from django.conf import settings
from django.db import models

from .sheet import ProjectSheet

User = settings.AUTH_USER_MODEL


class FrozenRecordError(TypeError):
    """Somebody tried to change or erase a record."""


class RecordQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise FrozenRecordError("A record is never changed.")

    def delete(self):
        raise FrozenRecordError("A record is never erased.")


class Record(models.Model):
    """A row that can be added and read, nothing else."""

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise FrozenRecordError("A record is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise FrozenRecordError("A record is never erased.")


class SheetVersion(Record):
    """The whole content of a sheet, frozen when it was submitted, with its SHA-256."""

    sheet = models.ForeignKey(ProjectSheet, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("numéro")
    content = models.JSONField("contenu")
    sha256 = models.CharField("empreinte", max_length=64)
    frozen_at = models.DateTimeField("figée le")
    frozen_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "version"
        constraints = [models.UniqueConstraint(fields=["sheet", "number"], name="sheetversion_unique_number")]

    def __str__(self):
        return f"{self.sheet.key} – version {self.number}"


class Transition(Record):
    """One step of the workflow: who, when, from where to where, why."""

    sheet = models.ForeignKey(ProjectSheet, models.PROTECT, related_name="transitions")
    name = models.CharField("étape", max_length=20)
    from_status = models.CharField("de", max_length=20, choices=ProjectSheet.Status)
    to_status = models.CharField("à", max_length=20, choices=ProjectSheet.Status)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="par")
    at = models.DateTimeField("le")
    comment = models.TextField("motif", blank=True)
    version = models.ForeignKey(SheetVersion, models.PROTECT, null=True, related_name="+", verbose_name="version")

    class Meta:
        verbose_name = "étape franchie"
        verbose_name_plural = "étapes franchies"

    def __str__(self):
        return f"{self.sheet.key} – {self.name}"


class SheetEdit(Record):
    """One saved change of content: for each path its value before and after."""

    sheet = models.ForeignKey(ProjectSheet, models.PROTECT, related_name="edits")
    revision = models.PositiveIntegerField("révision")
    changes = models.JSONField("changements")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="par")
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "modification"
        constraints = [models.UniqueConstraint(fields=["sheet", "revision"], name="sheetedit_unique_revision")]

    def __str__(self):
        return f"{self.sheet.key} – révision {self.revision}"
