"""The roof: what belongs to no app in particular."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "cdn_portal"
    verbose_name = "portail"
