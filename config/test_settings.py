"""Settings of the test suite: the same house, with servers of its own that may forget."""

import os

os.environ.setdefault("KRING_EMBEDDED_FAST", "1")
# A busy machine may take its time; what must be fast is measured in the bench.
os.environ.setdefault("KRING_STATEMENT_TIMEOUT", "60s")
os.environ["KRING_HOME"] = os.environ.get(
    "KRING_TEST_HOME",
    os.path.join(os.path.dirname(os.path.dirname(__file__)), "var", "test"),  # noqa: PTH118, PTH120
)

# Only the tests of the stream have one.
os.environ.pop("KRING_LIVE_PORT", None)

from config.settings import *  # noqa: F403
from config.settings import DATABASES, MIDDLEWARE, STATIC_ROOT

SECRET_KEY = "only for tests"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DEMO = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Whitenoise looks for the folder when the first page is asked for.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Every window of a browser is a thread here, and hundreds of them would keep a connection each.
for database in DATABASES.values():
    database["CONN_MAX_AGE"] = 0
# Its own way of emptying the database stands in tests/management.
INSTALLED_APPS = ["tests", *INSTALLED_APPS]  # noqa: F405
# A request ends where the test goes on, so the wall that it closed is opened again.
MIDDLEWARE.insert(
    MIDDLEWARE.index("config.middleware.request_transaction"), "tests.walls.open_again"
)
TEST_DATABASE_PREFIX = "test_kring_"
