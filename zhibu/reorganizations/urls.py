"""Addresses of reorganizations and merges of records."""

from django.urls import path

from zhibu.reorganizations.views import merging, reorganizations, steps

app_name = "reorganizations"
urlpatterns = [
    path("", reorganizations.reorganizations, name="reorganizations"),
    path("new/", reorganizations.new, name="new"),
    path("<int:pk>/", reorganizations.reorganization, name="reorganization"),
    path("<int:pk>/check/", reorganizations.check, name="check"),
    path("<int:pk>/execution/", reorganizations.execution, name="execution"),
    path("<int:pk>/undoing/", reorganizations.undoing, name="undoing"),
    path("<int:pk>/dropping/", reorganizations.dropping, name="dropping"),
    path("<int:pk>/steps/<slug:kind>/", steps.step, name="step"),
    path("<int:pk>/steps/<int:number>/removal/", steps.removal, name="removal"),
    path("merges/<int:proposal_id>/", merging.merge, name="merge"),
    path("merges/<int:proposal_id>/parting/", merging.merge_parting, name="merge_parting"),
]
