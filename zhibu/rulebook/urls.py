"""Addresses of the rulebook."""

from django.urls import path

from zhibu.rulebook import views

app_name = "rulebook"
urlpatterns = [
    path("", views.policy_list, name="policies"),
    path("<slug:key>/", views.policy_detail, name="policy"),
    path("<slug:key>/draft/", views.draft, name="draft"),
    path("<slug:key>/upload/", views.upload, name="upload"),
    path("<slug:key>/policy.toml", views.toml, name="toml"),
    path("<slug:key>/versions/<int:number>/", views.version, name="version"),
    path("<slug:key>/versions/<int:number>/publication/", views.publication, name="publication"),
    path("<slug:key>/versions/<int:number>/confirmation/", views.confirmation, name="confirmation"),
    path("<slug:key>/versions/<int:number>/rejection/", views.rejection, name="rejection"),
]
