from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "zhibu.audit"

    def ready(self) -> None:
        from zhibu.audit.guards import after_migrate

        post_migrate.connect(after_migrate, sender=self)
