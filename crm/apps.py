from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    name = "crm"

    def ready(self) -> None:
        from crm import duties, jobs, kpis, newcomers, phrases, receivers, reminders  # noqa: F401, PLC0415
        from teams import places  # noqa: PLC0415

        places.register(
            places.Place(
                20,
                _("Board"),
                "square-kanban",
                "crm:board",
                also=("crm:deals", "crm:deal", "crm:calendar", "crm:activity"),
            )
        )
        places.register(
            places.Place(
                30,
                _("Our process"),
                "layout-list",
                "crm:processes",
                also=("crm:process", "crm:process-history"),
                tab=False,
            )
        )
