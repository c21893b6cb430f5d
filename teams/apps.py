from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "teams"

    def ready(self) -> None:
        from teams import mail, phrases, receivers  # noqa: F401, PLC0415
