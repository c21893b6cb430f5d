from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    name = "crm"

    def ready(self) -> None:
        from crm import (  # noqa: PLC0415
            duties,  # noqa: F401
            going,  # noqa: F401
            held,  # noqa: F401
            jobs,  # noqa: F401
            kpis,  # noqa: F401
            mentions,  # noqa: F401
            newcomers,  # noqa: F401
            phrases,  # noqa: F401
            receivers,  # noqa: F401
            reminders,  # noqa: F401
            search,  # noqa: F401
            settings,  # noqa: F401
            waiting,  # noqa: F401
        )
        from teams import places  # noqa: PLC0415

        places.register(
            places.Place(
                20,
                _("Board"),
                "square-kanban",
                "crm:board",
                also=(
                    "crm:board-of",
                    "crm:deals",
                    "crm:deal",
                    "crm:calendar",
                    "crm:activity",
                    "crm:note",
                    "crm:recycle-bin",
                    "crm:answers",
                    "crm:waiting",
                ),
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
        places.register(
            places.Place(
                30,
                _("Customers"),
                "building-2",
                "crm:customers",
                also=(
                    "crm:customer",
                    "crm:contacts",
                    "crm:contact",
                    "crm:customer-filter",
                    "crm:going",
                ),
                tab=False,
            )
        )
