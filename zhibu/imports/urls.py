"""Addresses of imports."""

from django.urls import path

from zhibu.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.runs, name="runs"),
    path("templates/<slug:key>.xlsx", views.template, name="template"),
    path("exports/<slug:key>.xlsx", views.export, name="export"),
    path("exports/<slug:key>/list.xlsx", views.extract, name="extract"),
    path("<uuid:run_id>/", views.run, name="run"),
    path("<uuid:run_id>/application/", views.application, name="application"),
    path("<uuid:run_id>/check/", views.check, name="check"),
    path("<uuid:run_id>/discard/", views.discard, name="discard"),
    path("<uuid:run_id>/errors.xlsx", views.error_workbook, name="error_workbook"),
]
