"""Reference records are known by a code that never changes: fixtures name them by it."""

from django.db import models


class CodeQuerySet(models.QuerySet):
    """Rows known by the fields that the model lists in `natural_fields`."""

    def get_by_natural_key(self, *values):
        return self.get(**dict(zip(self.model.natural_fields, values, strict=True)))


class Reference(models.Model):
    """A record loaded from fixtures, then kept by staff in the admin."""

    natural_fields = ("code",)

    objects = CodeQuerySet.as_manager()

    class Meta:
        abstract = True

    def natural_key(self):
        return tuple(getattr(self, name) for name in self.natural_fields)
