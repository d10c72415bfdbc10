"""Addresses of dispositions."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
