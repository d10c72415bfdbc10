from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "zhibu.accounts"

    def ready(self) -> None:
        from zhibu.accounts import receivers

        receivers.connect()
