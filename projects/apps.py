"""The project sheet and what follows from it."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = "projets"

    def ready(self):
        from governance import invitations

        from . import coauthors

        invitations.when_accepted(coauthors.welcome)
