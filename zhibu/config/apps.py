from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "zhibu.config"

    def ready(self) -> None:
        from zhibu.config import checks  # noqa: F401 (registers the boot checks)
