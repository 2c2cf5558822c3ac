"""The signs of the sprite as pictures of their own, for documents that cannot point into another file."""

import re
from functools import lru_cache

from django.contrib.staticfiles import finders
from django.utils.html import format_html
from django.utils.safestring import mark_safe

SPRITE = "icons/sprite.svg"
_SYMBOL = re.compile(r'<symbol id="([^"]+)" viewBox="([^"]+)"[^>]*>(.*?)</symbol>', re.DOTALL)


def sign(name, title):
    """Return the sign called `name` as an SVG drawn in white, `title` being what is said of it; "" when there is none."""
    if name not in _symbols():
        return ""
    frame, shapes = _symbols()[name]
    return format_html(
        '<svg class="sign" viewBox="{}" width="24" height="24" fill="none" stroke="#ffffff" stroke-width="2"'
        ' stroke-linecap="round" stroke-linejoin="round"><title>{}</title>{}</svg>',
        frame,
        title,
        mark_safe(shapes.replace("currentColor", "#ffffff")),  # our own file
    )


@lru_cache(maxsize=1)
def _symbols():
    with open(finders.find(SPRITE), encoding="utf-8") as file:
        return {name: (frame, shapes) for name, frame, shapes in _SYMBOL.findall(file.read())}
