"""The workshops in Django's admin."""

from . import library

__all__ = ["library"]
