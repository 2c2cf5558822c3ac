"""The workshop day, and the library of examples that feeds it."""

from django.apps import AppConfig


class WorkshopsConfig(AppConfig):
    name = "workshops"
    verbose_name = "ateliers"

    def ready(self):
        from projects import inspiration

        from . import library

        inspiration.register(library.examples)
