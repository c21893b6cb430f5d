"""The settings of production, with the floor's page beside the others."""

from config.settings import *  # noqa: F403
from config.settings import BASE_DIR, HOME, STORAGES, TEMPLATES

ROOT_URLCONF = "bench.urls"
TEMPLATES[0]["DIRS"].append(BASE_DIR / "bench" / "templates")  # type: ignore[attr-defined]
STATIC_ROOT = HOME / "bench-static"
# Addresses of files as in production; compressing them takes long and costs no page anything.
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
}
# Nobody works here: what the pages announce is thrown away at the end.
CELERY_TASK_DEFAULT_QUEUE = "kring-bench"
