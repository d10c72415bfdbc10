from django.apps import AppConfig


class PrintingConfig(AppConfig):
    name = "zhibu.printing"

    def ready(self) -> None:
        from zhibu.printing import checks  # noqa: F401 (registers them)
