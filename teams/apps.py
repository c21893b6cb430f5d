from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeamsConfig(AppConfig):
    name = "teams"

    def ready(self) -> None:
        from teams import doings, hints, mail, phrases, receivers  # noqa: F401, PLC0415
        from teams.places import Place, register  # noqa: PLC0415

        register(Place(10, _("Home"), "house", "home"))
        register(Place(80, _("Our team"), "users-round", "people", tab=False))
