"""Staff accounts open the whole portal: they hold a second factor, or do nothing else before."""

from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse

from .permissions import is_moderator

OPEN_PREFIXES = ("account_", "mfa_", "usersessions_")
OPEN_NAMES = {"health"}
SESSION_KEY = "second_factor_seen"


class StaffSecondFactor:
    """Send staff without a second factor to its activation page, whatever they asked for.

    Account pages stay open, log-out included. The setting `STAFF_SECOND_FACTOR` turns the rule off.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not settings.STAFF_SECOND_FACTOR or not is_moderator(request.user):
            return None
        name = request.resolver_match.url_name or ""
        if name in OPEN_NAMES or name.startswith(OPEN_PREFIXES) or self.holds_one(request):
            return None
        return self.ask(request)

    def holds_one(self, request):
        """True when the person holds a second factor; asked of the database once a session."""
        if SESSION_KEY not in request.session and is_mfa_enabled(request.user):
            request.session[SESSION_KEY] = True
        return SESSION_KEY in request.session

    def ask(self, request):
        messages.info(request, "Les comptes des agents demandent une double vérification : activez-la pour continuer.")
        target = reverse("mfa_activate_totp")
        if request.method == "GET":
            target += "?" + urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(target)
