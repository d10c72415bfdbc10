"""Addresses of cycles."""

from django.urls import path

from zhibu.cycles.views import deeds, merging, steps

app_name = "cycles"
urlpatterns = [
    path("reorganizations/", deeds.reorganizations, name="reorganizations"),
    path("reorganizations/new/", deeds.new, name="new"),
    path("reorganizations/<int:pk>/", deeds.reorganization, name="reorganization"),
    path("reorganizations/<int:pk>/check/", deeds.check, name="check"),
    path("reorganizations/<int:pk>/execution/", deeds.execution, name="execution"),
    path("reorganizations/<int:pk>/undoing/", deeds.undoing, name="undoing"),
    path("reorganizations/<int:pk>/dropping/", deeds.dropping, name="dropping"),
    path("reorganizations/<int:pk>/steps/<slug:kind>/", steps.step, name="step"),
    path("reorganizations/<int:pk>/steps/<int:number>/removal/", steps.removal, name="removal"),
    path("reorganizations/merges/<int:proposal_id>/", merging.merge, name="merge"),
    path("reorganizations/merges/<int:proposal_id>/parting/", merging.merge_parting, name="merge_parting"),
]
