from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from reviews import duties, held, kpis, phrases, receivers  # noqa: F401, PLC0415
        from teams.places import Place, register  # noqa: PLC0415

        register(Place(60, _("Reviews"), "mail", "reviews:reviews", tab=False))
