from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from reviews import duties, held, jobs, kpis, phrases, receivers, telling  # noqa: F401, PLC0415
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
