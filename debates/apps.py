from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DebatesConfig(AppConfig):
    name = "debates"

    def ready(self) -> None:
        from debates import (  # noqa: PLC0415
            beside,  # noqa: F401
            dividing,  # noqa: F401
            duties,  # noqa: F401
            held,  # noqa: F401
            jobs,  # noqa: F401
            kpis,  # noqa: F401
            phrases,  # noqa: F401
            receivers,  # noqa: F401
            reminders,  # noqa: F401
            reported,  # noqa: F401
        )
        from teams.places import Place, register  # noqa: PLC0415

        register(
            Place(
                40,
                _("Debates"),
                "messages-square",
                "debates:debates",
                also=(
                    "debates:new",
                    "debates:quick",
                    "debates:debate",
                    "debates:turn",
                    "debates:chain",
                    "debates:origin",
                ),
            )
        )
