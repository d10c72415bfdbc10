from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "zhibu.inspections"
