"""Addresses of dispositions."""

from django.urls import path

from zhibu.certificates.views import dispositions as views

urlpatterns = [
    path("dispositions/", views.dispositions, name="dispositions"),
    path(
        "dispositions/organizations/<int:organization_id>/",
        views.dispositions,
        name="organization_dispositions",
    ),
    path(
        "dispositions/organizations/<int:organization_id>/list.pdf",
        views.disposition_print,
        name="disposition_print",
    ),
    path("dispositions/<int:disposition_id>/", views.disposition, name="disposition"),
    path("dispositions/<int:disposition_id>/carrying-out/", views.carrying_out, name="disposition_carry_out"),
    path("dispositions/<int:disposition_id>/destruction/", views.destruction, name="disposition_destroy"),
    path(
        "dispositions/<int:disposition_id>/destruction/confirmation/",
        views.destruction_confirmation,
        name="disposition_destroyed",
    ),
    path(
        "dispositions/<int:disposition_id>/destruction/withdrawal/",
        views.destruction_withdrawal,
        name="disposition_not_destroyed",
    ),
]
