"""Settings of the portal, all read from the environment.

Every variable is listed in README.md. A bad value stops the start with a clear message.
"""

import os
import sys
import tempfile
import warnings
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"

env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
# The demonstration has fictitious people with a known password: never in production.
DEMO = env.bool("DEMO", default=False)
TESTING = "pytest" in sys.modules
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))


def secret_key():
    """Return SECRET_KEY, or a fixed one for development, the demonstration and tests only."""
    key = env.str("SECRET_KEY", default="")
    if key:
        return key
    if DEBUG or DEMO or TESTING or "collectstatic" in sys.argv or "makemigrations" in sys.argv:
        return "development-only-key-that-protects-nothing-0123456789abcdefghijk"
    raise ImproperlyConfigured("SECRET_KEY is not set: give 50 random characters or more.")


SECRET_KEY = secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "simple_history",
    "cdn_portal.apps.PortalConfig",
    "governance",
    "projects",
    "workshops",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "cdn_portal.middleware.RefuseBadText",
    "cdn_portal.middleware.PrivatePages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "governance.middleware.StaffSecondFactor",
]

ROOT_URLCONF = "cdn_portal.urls"
WSGI_APPLICATION = "cdn_portal.wsgi.application"
AUTH_USER_MODEL = "governance.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cdn_portal.context.portal",
            ],
        },
    },
]


# Database: SQLite unless DATABASE_URL names another one.
def database():
    """Return the DATABASES entry for DATABASE_URL, or for SQLite in VAR_DIR."""
    url = env.str("DATABASE_URL", default="")
    config = env.db_url_config(url or f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")
    if config["ENGINE"].endswith("sqlite3"):
        # Readers never wait for a writer; a writer waits for another one for up to 20 s.
        config["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        }
        config["CONN_MAX_AGE"] = 600
        # A file, not memory: tests with several threads then meet the same locks as production.
        # One of its own for each run: two runs at once must not share it.
        config["TEST"] = {"NAME": str(Path(tempfile.gettempdir()) / f"cdn-portal-test-{os.getpid()}.sqlite3")}
        VAR_DIR.mkdir(parents=True, exist_ok=True)
    elif not TESTING:
        config["OPTIONS"] = {"pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=8)}}
    return config


DATABASES = {"default": database()}

# Sessions, cache, rate limits: in the database, so that every web process sees the same counts.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"},
}
TASKS = {
    "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "OPTIONS": {}},
}

# Language and time.
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# An address typed without its scheme is read as https, as Django 6 will; until then it warns of its own setting.
warnings.filterwarnings("ignore", message="The FORMS_URLFIELD_ASSUME_HTTPS")
FORMS_URLFIELD_ASSUME_HTTPS = True

# Static files and documents.
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Documents are never under a public address: they are served by a view that checks the reader.
MEDIA_ROOT = Path(env.str("DOCUMENTS_DIR", default=str(VAR_DIR / "documents")))
MEDIA_URL = "/media-is-not-served/"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
hashed = "whitenoise.storage.CompressedManifestStaticFilesStorage"
plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": plain if DEBUG or TESTING else hashed},
}
WHITENOISE_AUTOREFRESH = DEBUG
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# People and log-in.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "projects:workspace"
LOGOUT_REDIRECT_URL = "home"
# CNIL and ASVS 6.2: length over composition, common passwords refused.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "governance.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "governance.forms.LoginForm",
    "request_login_code": "governance.forms.RequestLoginCodeForm",
    "confirm_login_code": "governance.forms.ConfirmLoginCodeForm",
    "reset_password": "governance.forms.ResetPasswordForm",
    "reset_password_from_key": "governance.forms.ResetPasswordKeyForm",
    "change_password": "governance.forms.ChangePasswordForm",
    "set_password": "governance.forms.SetPasswordForm",
    "reauthenticate": "governance.forms.ReauthenticateForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
# People are told by e-mail when the protection of their account changes.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if DEBUG or DEMO or TESTING else "https"
# A whole room behind one address logs in within a minute: the address gets a wide budget, the account a narrow one.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "100/m/ip,10/5m/key",
    "request_login_code": "120/m/ip,5/10m/key",
    "reset_password": "60/m/ip,5/10m/key",
    "reset_password_from_key": "60/m/ip",
    "signup": "60/m/ip",
    "change_password": "10/m/user",
    "manage_email": "10/m/user",
    "reauthenticate": "20/m/user",
    "contact": "20/h/ip",
    "confirm_email": "1/3m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_ADAPTER = "governance.accounts.MFAAdapter"
MFA_FORMS = {
    "authenticate": "governance.forms.AuthenticateForm",
    "reauthenticate": "governance.forms.SecondReauthenticateForm",
    "activate_totp": "governance.forms.ActivateTOTPForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "CDN Aisne"
# Telephones' clocks drift: the code before and the code after are good too.
MFA_TOTP_TOLERANCE = 1
# Staff must hold a second factor; the demonstration lets its fictitious staff in without one.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=not DEMO)
INVITATION_DAYS = env.int("INVITATION_DAYS", default=14)

# E-mail: everything leaves through governance.messages, sent by the worker.
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="CDN de l'Aisne <ne-pas-repondre@cdn.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Rules that staff may tune.
CHANGE_REQUEST_DAYS = env.int("CHANGE_REQUEST_DAYS", default=15)
# From this total budget in euros, a second moderator declares the sheet examined.
SECOND_MODERATOR_THRESHOLD = env.int("SECOND_MODERATOR_THRESHOLD", default=500_000)
WORKER_SILENCE_SECONDS = env.int("WORKER_SILENCE_SECONDS", default=90)

# What only the Département knows, for the legal pages (LCEN, RGPD, RGAA): each is read from LEGAL_<NAME>; the place of an
# empty one says « à compléter ».
LEGAL_NAMES = (
    "address",  # of the Département's seat
    "phone",
    "contact",  # e-mail address
    "siret",
    "director",  # of the publication: name and office
    "host",  # name, address and telephone of the host
    "maker",  # who designed and built the portal
    "funding",
    "report",  # where to report an illegal content
    "dpo",  # data protection officer: e-mail and postal address
    "processors",  # technical providers who receive personal data
    "transfers",  # outside the European Union: which, with what guarantees
    "retention_accounts",
    "retention_sheets",
    "retention_logs",
    "accessibility_scheme",  # address of the multi-year scheme
    "accessibility_plan",  # address of the plan of the year
    "accessibility_since",  # day on which the statement was first established
)
LEGAL = {name: env.str(f"LEGAL_{name.upper()}", default="") for name in LEGAL_NAMES}

# Security headers and cookies.
HTTPS = env.bool("HTTPS", default=not (DEBUG or DEMO or TESTING))
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_FAILURE_VIEW = "cdn_portal.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"fontTools": {"level": "WARNING"}, "weasyprint": {"level": "WARNING"}},
}

if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    PDF_STRICT = True
    warnings.filterwarnings("error", category=RuntimeWarning)
