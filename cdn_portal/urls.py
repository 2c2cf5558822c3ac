"""Every address of the portal."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from projects import states

from . import contact, views
from .styleguide import styleguide

urlpatterns = [
    path("", views.home, name="home"),
    path("sante/", views.health, name="health"),
    path("aide/", views.page("help", statuses=states.explained()), name="help"),
    path("contact/", views.page("contact"), name="contact"),
    path("contact/message/", contact.contact_form, name="contact_form"),
    path("contact/message/envoye/", contact.contact_sent, name="contact_sent"),
    path("accessibilite/", views.page("accessibility"), name="accessibility"),
    path("mentions-legales/", views.page("legal_notice"), name="legal_notice"),
    path("donnees-personnelles/", views.page("privacy"), name="privacy"),
    path("plan-du-site/", views.page("site_map"), name="site_map"),
    path("", include("projects.urls")),
    path("", include("governance.urls")),
    path("admin/", admin.site.urls),
]

if settings.DEMO or settings.DEBUG:
    urlpatterns.insert(0, path("guide-de-style/", styleguide, name="styleguide"))
