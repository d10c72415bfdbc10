"""Addresses of ui."""

from django.urls import path

from zhibu.ui import views

app_name = "ui"
urlpatterns = [
    path("large-type/", views.large_type, name="large_type"),
    path("session/", views.keep_alive, name="session"),
    path("styleguide/", views.style_guide, name="styleguide"),
]
