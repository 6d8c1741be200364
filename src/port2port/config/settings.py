"""Django's settings, derived from the typed options of `options.py`; nothing else reads the environment."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from port2port.config.databases import connection_settings
from port2port.config.identity_settings import *  # noqa: F403 - allauth's settings, by their names
from port2port.config.mail import mail_settings
from port2port.config.options import load_or_exit

OPTIONS = load_or_exit()

DATA_DIR = OPTIONS.data_dir
DEBUG = False
DEMO = OPTIONS.demo
SECRET_KEY = OPTIONS.secret_key
ALLOWED_HOSTS = [OPTIONS.site_host, "localhost", "127.0.0.1", "[::1]"] if DEMO else [OPTIONS.site_host]
PACKAGES_ORIGIN, PACKAGES_HOST = OPTIONS.packages_origin, OPTIONS.packages_host
ROOT_URLCONF = "port2port.config.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"  # only for the tables of others; ours name their keys

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "port2port.base",
    "port2port.members",
    "port2port.sharing",
    "port2port.flights",
    "port2port.compliance",
    "port2port.reports",
    "port2port.alerts",
    "port2port.levels",
    "port2port.workgroups",
    "port2port.helpdesk",
    "port2port.measures",
    "port2port.displacement",
    "port2port.knowledge",
    "port2port.training",
    "port2port.governance",
    "port2port.exchange",
    "port2port.home",
    "port2port.site",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "port2port.training.packages.origin.SecondOrigin",
    "port2port.site.security.security_headers",
    "port2port.config.session_cookie.HashedSessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "port2port.config.gate.Recognise",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "port2port.config.gate.Act",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "port2port.site.context.shell",
            ],
        },
    }
]

DATABASES = {"default": connection_settings(OPTIONS.database_owner_url if OPTIONS.as_owner else OPTIONS.database_url)}
ATOMIC_REQUESTS = False
LIVE_DATABASE_URL: str = OPTIONS.database_url  # for the one LISTEN connection of each process

AUTH_USER_MODEL = "members.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    # NIST SP 800-63B section 5.1.1.2: length counts, known and guessable passwords are refused, no composition rules
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email",)},
    },
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]

SESSION_ENGINE = "port2port.members.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OPTIONS.secure
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "port2port.config.edge.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if OPTIONS.secure else 0
TRUSTED_PROXIES = OPTIONS.trusted_proxies
CLIENT_CERTIFICATES = OPTIONS.client_certificates

MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

LANGUAGES = [("nl", _("Dutch")), ("fr", _("French")), ("de", _("German")), ("en", _("English"))]
LANGUAGE_CODE = "nl"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Brussels"

LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]

# Mail through SMTP, or into the log where nothing is configured (the demo).
vars().update(mail_settings(OPTIONS.mail_url))

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # no uploads are kept by Django
    "staticfiles": {"BACKEND": "port2port.live.static_files.VersionedStaticStorage"},
}
MAIL_IN_DOMAIN = OPTIONS.mail_in_domain or ("desk.example" if DEMO else "")  # a name that nobody has (RFC 2606)
MAIL_IN_SERVER = OPTIONS.mail_in_server
TILE_URL = OPTIONS.tile_url
DASK_SCHEDULER = OPTIONS.dask_scheduler

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {"procrastinate": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": OPTIONS.log_level.upper()},
}
