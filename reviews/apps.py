from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from reviews import (  # noqa: PLC0415
            dividing,  # noqa: F401
            duties,  # noqa: F401
            held,  # noqa: F401
            jobs,  # noqa: F401
            kpis,  # noqa: F401
            phrases,  # noqa: F401
            receivers,  # noqa: F401
            telling,  # noqa: F401
        )
        from teams.places import Place, register  # noqa: PLC0415

        register(
            Place(
                60,
                _("Reviews"),
                "mail",
                "reviews:reviews",
                also=(
                    "reviews:new",
                    "reviews:round",
                    "reviews:about",
                    "reviews:results",
                    "reviews:feedback",
                    "reviews:piece",
                    "reviews:evaluations",
                    "reviews:evaluation",
                ),
                tab=False,
            )
        )
