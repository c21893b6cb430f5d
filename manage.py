#!/usr/bin/env python
"""Kring's command line."""

import os
import sys

from django.core.management import execute_from_command_line

from config import serving
from teams import wall


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] in (["demo"], ["serve"]):
        # The settings start the embedded servers; a taken port is told before that.
        try:
            serving.refuse_taken_ports()
        except serving.ServingError as trouble:
            sys.exit(str(trouble))
    # Whoever has this terminal has the database. What serves pages does not come by here.
    wall.stand_open()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
