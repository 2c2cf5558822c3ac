"""Addresses in French; the names are those that allauth itself asks for."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as usersessions
from django.urls import path, re_path
from django.views.generic import RedirectView

from .views.accounts import AccountSecurity
from .views.invitations import InvitationLanding
from .views.organisations import (
    CancelInvitation,
    ChangeRole,
    OrganisationPeople,
    RemoveMember,
    ResendInvitation,
)

urlpatterns = [
    path("connexion/", account.login, name="account_login"),
    path("connexion/code/", account.request_login_code, name="account_request_login_code"),
    path("connexion/code/verification/", account.confirm_login_code, name="account_confirm_login_code"),
    path("connexion/double-verification/", mfa.authenticate, name="mfa_authenticate"),
    path("connexion/compte-ferme/", account.account_inactive, name="account_inactive"),
    path("connexion/ouvrir-un-compte/", account.signup, name="account_signup"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("mot-de-passe/oubli/", account.password_reset, name="account_reset_password"),
    path("mot-de-passe/oubli/envoye/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/change/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("mon-compte/", AccountSecurity.as_view(), name="account_security"),
    path("mon-compte/mot-de-passe/", account.password_change, name="account_change_password"),
    path("mon-compte/mot-de-passe/choisir/", account.password_set, name="account_set_password"),
    path("mon-compte/confirmation/", account.reauthenticate, name="account_reauthenticate"),
    path("mon-compte/confirmation/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("mon-compte/double-verification/", RedirectView.as_view(pattern_name="account_security"), name="mfa_index"),
    path("mon-compte/double-verification/activer/", totp.activate_totp, name="mfa_activate_totp"),
    path("mon-compte/double-verification/desactiver/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("mon-compte/codes-de-secours/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "mon-compte/codes-de-secours/nouveaux/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "mon-compte/codes-de-secours/telecharger/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("mon-compte/sessions/", usersessions.list_usersessions, name="usersessions_list"),
    path("invitation/<str:token>/", InvitationLanding.as_view(), name="invitation"),
    path("mes-organismes/<slug:code>/", OrganisationPeople.as_view(), name="organisation_people"),
    path("mes-organismes/<slug:code>/membres/<int:pk>/role/", ChangeRole.as_view(), name="membership_role"),
    path("mes-organismes/<slug:code>/membres/<int:pk>/retirer/", RemoveMember.as_view(), name="membership_remove"),
    path(
        "mes-organismes/<slug:code>/invitations/<int:pk>/renvoyer/",
        ResendInvitation.as_view(),
        name="invitation_resend",
    ),
    path(
        "mes-organismes/<slug:code>/invitations/<int:pk>/annuler/",
        CancelInvitation.as_view(),
        name="invitation_cancel",
    ),
]
