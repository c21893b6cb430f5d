from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeamsConfig(AppConfig):
    name = "teams"

    def ready(self) -> None:
        from django.core import checks  # noqa: PLC0415

        from teams import (  # noqa: PLC0415
            copying,  # noqa: F401
            deciding,  # noqa: F401
            digest,  # noqa: F401
            doings,  # noqa: F401
            held,  # noqa: F401
            hints,  # noqa: F401
            mail,  # noqa: F401
            phrases,  # noqa: F401
            receivers,  # noqa: F401
            telling,  # noqa: F401
            waiting,  # noqa: F401
        )
        from teams.places import Place, register  # noqa: PLC0415
        from teams.recorded import every_record_is_told  # noqa: PLC0415

        checks.register(every_record_is_told, checks.Tags.models)
        register(Place(10, _("Home"), "house", "home"))
        also = (
            "hours",
            "charter",
            "charter-versions",
            "charter-answer",
            "frame",
            "frame-withdrawal",
            "division",
            "division-deed",
            "leaving",
            "roles",
            "role",
            "role-deed",
            "nomination-answer",
        )
        register(Place(80, _("Our team"), "users-round", "people", also=also, tab=False))
