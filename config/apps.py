from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        # Whoever sends a poke must know the queue, so the application is made with the apps.
        from config import celery, checks  # noqa: F401, PLC0415
