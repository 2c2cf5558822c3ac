"""Log-in: what allauth does our way. Accounts open by invitation only, mail leaves through the outbox."""

import base64
import hashlib
import io
from datetime import timedelta

import qrcode
from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from qrcode.image.svg import SvgPathFillImage

from .messages import tell
from .models import User
from .permissions import is_moderator

# What the owner of an account is told when its protection changes.
SECURITY_NOTICES = {
    "account/email/password_changed": "Le mot de passe de votre compte a été changé.",
    "account/email/password_set": "Un mot de passe a été choisi pour votre compte.",
    "account/email/password_reset": "Le mot de passe de votre compte a été remplacé.",
    "mfa/email/totp_activated": "La double vérification a été activée sur votre compte.",
    "mfa/email/totp_deactivated": "La double vérification a été désactivée sur votre compte.",
    "mfa/email/recovery_codes_generated": "De nouveaux codes de secours ont été créés pour votre compte.",
}


class AccountAdapter(DefaultAccountAdapter):
    """No open sign-up; links made from SITE_URL, never from the request's host."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Ce compte est fermé.",
        "email_password_mismatch": "L'adresse ou le mot de passe ne convient pas.",
        "enter_current_password": "Le mot de passe actuel ne convient pas.",
        "incorrect_code": "Ce code ne convient pas.",
        "incorrect_password": "Le mot de passe ne convient pas.",
        "invalid_or_expired_key": "Ce lien a déjà servi ou a expiré.",
        "too_many_login_attempts": "Trop d'essais : patientez cinq minutes, ou demandez un code par courriel.",
        "rate_limited": "Trop de demandes à la suite : patientez quelques minutes.",
    }

    def is_open_for_signup(self, request):
        return False

    def is_safe_url(self, url):
        """Accept addresses of this very site only."""
        request = allauth_context.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def get_password_change_redirect_url(self, request):
        return reverse("account_security")

    def get_reset_password_from_key_url(self, key):
        uid, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return settings.SITE_URL + path

    def send_mail(self, template_prefix, email, context):
        """Write allauth's mail to the outbox; only what our templates show is kept."""
        user = User.objects.active().filter(email=email.lower()).first()
        if user is None:
            return
        if template_prefix == "account/email/login_code":
            self._tell_code(user, context["code"])
        elif template_prefix == "account/email/password_reset_key":
            self._tell_reset(user, context["password_reset_url"])

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """Tell the owner of an account, at the only address it has, that its protection changed."""
        tell([user], "security_notice", context={"event": SECURITY_NOTICES[template_prefix]})

    def reauthenticate(self, user, password):
        """Check the password again, by the address of the account: allauth's own list of addresses is not used."""
        found = self.authenticate(allauth_context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def _tell_code(self, user, code):
        seconds = app_settings.LOGIN_BY_CODE_TIMEOUT
        tell(
            [user],
            "login_code",
            context={"code": code, "minutes": seconds // 60},
            expires_at=timezone.now() + timedelta(seconds=seconds),
        )

    def _tell_reset(self, user, url):
        seconds = settings.PASSWORD_RESET_TIMEOUT
        tell(
            [user],
            "password_reset",
            context={"link_url": url, "hours": seconds // 3600},
            expires_at=timezone.now() + timedelta(seconds=seconds),
        )


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of the second factor are encrypted with a key made from SECRET_KEY; staff cannot do without one."""

    def encrypt(self, text):
        return self._cipher.encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return self._cipher.decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url):
        """A QR code on its own white ground: without it, a dark page would hide it."""
        drawing = io.BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(drawing)
        return drawing.getvalue().decode()

    def can_delete_authenticator(self, authenticator):
        return not (settings.STAFF_SECOND_FACTOR and is_moderator(authenticator.user))

    @property
    def _cipher(self):
        """The current key first, then the former ones, so that SECRET_KEY can be changed."""
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return MultiFernet([Fernet(_derive(key)) for key in keys])


def _derive(secret):
    digest = hashlib.scrypt(secret.encode(), salt=b"second-factor", n=2**10, r=8, p=1, dklen=32)
    return base64.urlsafe_b64encode(digest)
