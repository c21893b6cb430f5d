"""Pages, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from config.rights import refuse_a_mighty_role  # noqa: E402

refuse_a_mighty_role()
