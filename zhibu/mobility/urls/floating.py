"""Addresses of floating."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
