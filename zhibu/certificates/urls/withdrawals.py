"""Addresses of withdrawals."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
