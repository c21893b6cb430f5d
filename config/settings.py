"""Settings: one file, driven by the environment.

Without DATABASE_URL and REDIS_URL the embedded servers under KRING_HOME are used; they are
started when nothing runs yet.
"""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import embedded, env, logs

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = embedded.home()

DEBUG = env.flag("KRING_DEBUG")
DEMO = env.flag("KRING_DEMO")
SECRET_KEY = env.secret("KRING_SECRET_KEY", HOME / "secret_key")
SITE_URL = env.text("KRING_SITE_URL", f"http://localhost:{env.number('KRING_PORT', 8000)}")
HTTPS = SITE_URL.startswith("https://")
# Mails hold links to the host that was asked, so behind https only the site's own name counts.
LOCAL_HOSTS = "" if HTTPS else ",localhost,127.0.0.1,[::1]"
ALLOWED_HOSTS = env.words("KRING_HOSTS", f"{urlsplit(SITE_URL).hostname}{LOCAL_HOSTS}")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# Commands that touch no database must not start one.
NEEDS_NO_SERVERS = os.environ.get("KRING_NO_SERVERS") == "1"

if NEEDS_NO_SERVERS:
    DATABASE_URL = OWNER_URL = "postgresql:///none"
    REDIS_URL = "redis://127.0.0.1:0/0"
elif env.text("DATABASE_URL") and env.text("REDIS_URL"):
    DATABASE_URL = env.text("DATABASE_URL")
    OWNER_URL = env.text("DATABASE_OWNER_URL", DATABASE_URL)
    REDIS_URL = env.text("REDIS_URL")
elif env.text("DATABASE_URL") or env.text("REDIS_URL"):
    # Half of one's own and half from the box would hide a forgotten line.
    raise ImproperlyConfigured("Set both DATABASE_URL and REDIS_URL, or neither.")
else:
    _servers = embedded.ensure()
    DATABASE_URL = _servers.database_url
    OWNER_URL = _servers.owner_url
    REDIS_URL = _servers.redis_url

INSTALLED_APPS = [
    "config",
    "debates",
    "reviews",
    "agreements",
    "crm",
    "dashboards",
    "teams",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "config.health.probes",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Django hides the length of what it compresses, so a page with a secret may be compressed.
    "django.middleware.gzip.GZipMiddleware",
    "config.middleware.page_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.readable.readable_requests",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.request_transaction",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
                "teams.web.frame",
            ],
        },
    },
]
FORM_RENDERER = "config.drawing.KeptTemplates"

DATABASES = {
    "default": env.database(
        DATABASE_URL, statement_timeout=env.text("KRING_STATEMENT_TIMEOUT", "10s")
    ),
    # Migrations run as the owner of the tables; nothing else does.
    "owner": env.database(OWNER_URL, statement_timeout="0", CONN_MAX_AGE=0),
    # A cache read may delete an expired row, and must not do so inside a page's transaction,
    # which may be read only or rolled back: the cache has a connection of its own.
    "cache": env.database(DATABASE_URL),
}
DATABASE_ROUTERS = ["config.routers.CacheRouter"]
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kring_cache",
        "KEY_FUNCTION": "config.cache.sealed_key",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "teams.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "teams"
ACCOUNT_ADAPTER = "teams.adapter.InvitedPeopleOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Each proxy in front adds the address it was asked from; the limits on signing in count by it.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("KRING_PROXIES", 0)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("nl", _("Dutch"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
# Where uploaded files and made exports go. Nobody is given an address of one: a file is fetched
# through a door.
FILES = env.text("KRING_FILES", str(HOME / "files"))
STORAGES = {
    "default": env.files(FILES),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# More than somebody may send at once is refused before it is read.
FILE_UPLOAD_HANDLERS = [
    "config.uploads.Limit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

EMAIL_BACKEND = "teams.mail.OutboxBackend"
# Who sends what the outbox holds: a mail server, or files to look at where none is set.
SMTP_URL = env.text("KRING_SMTP_URL")
DELIVERY_BACKEND = f"django.core.mail.backends.{'smtp' if SMTP_URL else 'filebased'}.EmailBackend"
if SMTP_URL:
    globals().update(env.mail(SMTP_URL))
EMAIL_FILE_PATH = HOME / "mail"
DEFAULT_FROM_EMAIL = env.text("KRING_MAIL_FROM", "Kring <kring@localhost>")

SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = False  # the proxy in front redirects; see docs/operations.md
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-kring" if HTTPS else "kring"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 31_536_000
SILENCED_SYSTEM_CHECKS = ["security.W008"]  # SECURE_SSL_REDIRECT, see above
# Where the live stream is heard: on a port of its own beside the pages, or, behind https, on the
# very same address, to which the proxy in front brings it. 0: no stream, and pages look by
# themselves.
LIVE_PORT = env.number("KRING_LIVE_PORT", 0)
LIVE_ORIGINS = (
    # A policy cannot name an address in brackets; pages opened by one look by themselves.
    [f"http://{host}:{LIVE_PORT}" for host in ALLOWED_HOSTS if not host.startswith("[")]
    if LIVE_PORT and not HTTPS
    else []
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF, *LIVE_ORIGINS],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "teams.api.Schema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Kring",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    # Several things have kinds; each is called by its own name.
    "ENUM_NAME_OVERRIDES": {
        "PipelineKind": "crm.models.pipeline.Pipeline.Kind",
        "ActivityKind": "crm.models.activity.Kind",
        "FileKind": "crm.models.export.Export.Kind",
        "AgreementKind": "agreements.models.states.Kind",
        "AgreementState": "agreements.models.states.State",
        "PromiseState": "agreements.models.occurrence.Fate",
        "AgreementVerdict": "agreements.models.judging.Verdict",
        "ProcedureState": "agreements.models.procedure.State",
        "ObjectiveState": "dashboards.models.objective.State",
        "DebateState": "debates.models.states.State",
        "DebateVerdict": "debates.models.experiment.Verdict",
        "ReviewState": "reviews.models.states.State",
        "ReviewQuestion": "reviews.models.reflection.Question",
        "CharterState": "teams.models.charter.CharterState",
        "NominationState": "teams.models.role.NominationState",
        "DivisionState": "teams.models.division.DivisionState",
        "FeedbackKind": "reviews.models.feedback.Kind",
        "FigureDirection": "debates.models.proposal.Direction",
        "MessageDirection": "crm.models.interaction.Direction",
    },
}

# Rows in PostgreSQL are the truth and a message is a poke, so nothing waits for an answer and
# a message may be lost or come twice. The figures are reasoned in docs/adr/0003.
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 90
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# For pages and commands, which must not wait for a broker that is away: a refused connection
# costs them milliseconds and a silent one 0.2 s. Workers get more patience in config/celery.py.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,
    "socket_timeout": 0.2,
    "socket_connect_timeout": 0.2,
    "max_retries": 0,
}
# A job whose worker died is given to another after this long. A worker that lives holds the row,
# however long it takes, so this only has to outlast the moment between claiming and beginning.
JOB_LEASE = timedelta(seconds=env.number("KRING_JOB_LEASE", 10))
# How a message of a rule leaves the house: to public addresses, over TLS.
HOOK_CONNECTOR = "crm.hooks.connect_publicly"
CELERY_BEAT_SCHEDULE = {"tick": {"task": "teams.tasks.tick", "schedule": 30.0}}
# Where beat keeps its own clock; nothing depends on it.
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "beat-schedule")

LOGGING = logs.settings(level=env.text("KRING_LOG_LEVEL", "INFO"))
