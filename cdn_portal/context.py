"""What every template may read."""

from django.conf import settings


def portal(request):
    """Return the portal's name, version and whether this is the demonstration, and the legal facts."""
    return {
        "portal_version": settings.VERSION,
        "is_demo": settings.DEMO,
        "site_url": settings.SITE_URL,
        "legal": settings.LEGAL,
    }
