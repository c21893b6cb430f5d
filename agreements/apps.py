from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    name = "agreements"

    def ready(self) -> None:
        from agreements import (  # noqa: PLC0415
            dividing,  # noqa: F401
            duties,  # noqa: F401
            held,  # noqa: F401
            jobs,  # noqa: F401
            kpis,  # noqa: F401
            kpis_of_freedom,  # noqa: F401
            own_interventions,  # noqa: F401
            own_promises,  # noqa: F401
            phrases,  # noqa: F401
            reminders,  # noqa: F401
            telling,  # noqa: F401
        )
        from teams.places import Place, register  # noqa: PLC0415

        register(
            Place(
                50,
                _("Agreements"),
                "handshake",
                "agreements:ledger",
                also=(
                    "agreements:new",
                    "agreements:calendar",
                    "agreements:agreement",
                    "agreements:act",
                    "agreements:procedures",
                    "agreements:graveyard",
                    "agreements:procedure",
                    "agreements:procedure-deed",
                    "agreements:procedure-shield",
                    "agreements:contract",
                    "agreements:interventions",
                    "agreements:intervention",
                ),
            )
        )
