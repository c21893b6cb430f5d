from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    name = "agreements"

    def ready(self) -> None:
        from agreements import duties, jobs, kpis, phrases, reminders  # noqa: F401, PLC0415
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
                ),
            )
        )
