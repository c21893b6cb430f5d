"""The live stream, for uvicorn. Pages are served by config.wsgi."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from config.rights import refuse_a_mighty_role  # noqa: E402
from teams.live import application  # noqa: E402

refuse_a_mighty_role()

__all__ = ["application"]
