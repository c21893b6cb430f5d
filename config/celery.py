"""The Celery application: a worker that is poked, and a beat that ticks."""

import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, setup_logging, worker_init
from django.core.exceptions import ImproperlyConfigured

from config.rights import refuse_a_mighty_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("kring")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
def be_patient(*, conf: Any, **_: Any) -> None:
    """Let a worker wait for its broker; pages and commands do not (see the settings)."""
    conf.broker_transport_options = {
        "visibility_timeout": conf.broker_transport_options["visibility_timeout"],
        "unacked_restore_throttle": 1,
        "unacked_restore_interval": 10,
        "socket_timeout": 5,
        "socket_connect_timeout": 1,
    }


@worker_init.connect
def check_the_role(**_: Any) -> None:
    """Stop the worker on a database role that may too much. Celery only logs other exceptions."""
    try:
        refuse_a_mighty_role()
    except ImproperlyConfigured as refusal:
        raise SystemExit(str(refusal)) from None


@setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Leave the logging to Django's settings: with a receiver here Celery sets up none."""
