"""Django's admin, for moderators: plain, with our permissions, behind allauth's log-in."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group

from . import messages, people, strategy, territory

__all__ = ["messages", "people", "strategy", "territory"]

# Same rate limits and second factor as the portal's log-in.
admin.site.login = secure_admin_login(admin.site.login)
admin.site.site_header = "Portail du CDN de l'Aisne"
admin.site.site_title = "Administration du CDN"
admin.site.index_title = "Administration"

# Rights come from permissions.py, addresses from people, and the secrets of a second factor from nobody.
for model in (Group, EmailAddress, Authenticator, UserSession):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
