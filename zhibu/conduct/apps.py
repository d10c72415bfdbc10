from django.apps import AppConfig


class ConductConfig(AppConfig):
    name = "zhibu.conduct"
