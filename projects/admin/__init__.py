"""Moderation, in Django's admin: the queue, a sheet's page, its steps, and the records nobody edits."""

from . import reference, sheets

__all__ = ["reference", "sheets"]
