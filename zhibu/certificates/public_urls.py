"""The one address that is printed on paper: short, outside the folders of the others."""

from django.urls import URLPattern

app_name = "verification"
urlpatterns: list[URLPattern] = []
