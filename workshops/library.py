"""The library of use cases, as the sheets see it."""

from projects.inspiration import Example

from .models import UseCase


def examples():
    """Return the use cases that a sheet may name as its inspiration."""
    rows = UseCase.objects.order_by("thematic__position", "code").values_list(
        "code", "title", "territory", "thematic__code"
    )
    return [Example(*row) for row in rows]
