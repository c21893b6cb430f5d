from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    name = "dashboards"

    def ready(self) -> None:
        from dashboards import jobs, phrases, receivers, rooms, waiting  # noqa: F401, PLC0415
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
