"""The workshop day, and the library of examples that feeds it."""

from .library import UseCase

__all__ = ["UseCase"]
