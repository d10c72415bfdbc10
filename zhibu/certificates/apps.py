from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "zhibu.certificates"

    def ready(self) -> None:
        from zhibu.certificates import checks  # noqa: F401 (registers them)
