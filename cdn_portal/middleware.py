"""Request hygiene that applies to every page."""

from django.core.exceptions import SuspiciousOperation
from django.utils.cache import patch_cache_control


class RefuseBadText:
    """Answer 400 to addresses and parameters that hold a NUL byte: PostgreSQL cannot store them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise SuspiciousOperation("NUL byte in the address")
        return self.get_response(request)


class PrivatePages:
    """Tell browsers and intermediaries never to keep a page made for a person who is logged in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, no_store=True, private=True)
        return response
