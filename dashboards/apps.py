from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    name = "dashboards"

    def ready(self) -> None:
        from dashboards import (  # noqa: PLC0415
            before,  # noqa: F401
            held,  # noqa: F401
            jobs,  # noqa: F401
            phrases,  # noqa: F401
            receivers,  # noqa: F401
            rooms,  # noqa: F401
            waiting,  # noqa: F401
        )
        from teams.places import Place, register  # noqa: PLC0415

        register(
            Place(
                70,
                _("Reading room"),
                "newspaper",
                "dashboards:reading",
                also=(
                    "dashboards:reading-months",
                    "dashboards:report",
                    "dashboards:by-mail",
                    "dashboards:before",
                    "dashboards:before-report",
                    "dashboards:draft",
                    "dashboards:figures",
                    "dashboards:figure",
                    "dashboards:facts",
                    "dashboards:known",
                    "dashboards:reading-known",
                    "dashboards:range",
                    "dashboards:range-signing",
                    "dashboards:each",
                    "dashboards:cohorts",
                    "dashboards:choice",
                    "dashboards:objectives",
                    "dashboards:objective",
                    "dashboards:objective-answer",
                    "dashboards:objective-new",
                ),
            )
        )
