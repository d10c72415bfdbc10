"""Addresses of audit."""

from django.urls import path

from zhibu.audit import views

app_name = "audit"
urlpatterns = [
    path("records/", views.record_list, name="records"),
    path("records/<int:record_id>/", views.record_detail, name="record"),
    path("verification/", views.verification, name="verification"),
    path("verification/run/", views.verification_run, name="verification_run"),
    path("anchors/", views.anchor_list, name="anchors"),
    path("anchors/explanation/", views.clock_explanation, name="clock_explanation"),
    path("anchors/copy/", views.anchor_copy, name="anchor_copy"),
]
