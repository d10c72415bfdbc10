from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "zhibu.config"

    def ready(self) -> None:
        from django.core.signals import got_request_exception

        from zhibu.config import checks  # noqa: F401 (registers the boot checks)
        from zhibu.config.logs import log_uncaught

        # Django's own line would repeat the address, and what was typed with it.
        got_request_exception.connect(log_uncaught)
