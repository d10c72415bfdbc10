"""Addresses of overprint."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
