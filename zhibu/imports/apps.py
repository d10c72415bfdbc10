from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "zhibu.imports"
