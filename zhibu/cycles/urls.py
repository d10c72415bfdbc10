"""Addresses of cycles."""

from django.urls import path

from zhibu.cycles.views import deeds, merging, steps

app_name = "cycles"
urlpatterns = [
    path("", deeds.reorganizations, name="reorganizations"),
    path("new/", deeds.new, name="new"),
    path("<int:pk>/", deeds.reorganization, name="reorganization"),
    path("<int:pk>/check/", deeds.check, name="check"),
    path("<int:pk>/execution/", deeds.execution, name="execution"),
    path("<int:pk>/undoing/", deeds.undoing, name="undoing"),
    path("<int:pk>/dropping/", deeds.dropping, name="dropping"),
    path("<int:pk>/steps/<slug:kind>/", steps.step, name="step"),
    path("<int:pk>/steps/<int:number>/removal/", steps.removal, name="removal"),
    path("merges/<int:proposal_id>/", merging.merge, name="merge"),
    path("merges/<int:proposal_id>/parting/", merging.merge_parting, name="merge_parting"),
]
