from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DebatesConfig(AppConfig):
    name = "debates"

    def ready(self) -> None:
        from debates import beside, duties, jobs, kpis, phrases, receivers  # noqa: F401, PLC0415
        from teams.places import Place, register  # noqa: PLC0415

        register(
            Place(
                40,
                _("Debates"),
                "messages-square",
                "debates:debates",
                also=("debates:new", "debates:quick", "debates:debate", "debates:turn"),
            )
        )
