"""Addresses of the table of increase and decrease."""

from django.urls import path

from zhibu.mobility.views import movements as views

urlpatterns = [
    path("movements/", views.movements, name="movements"),
    path("movements/<int:organization_id>/", views.movements, name="organization_movements"),
    path("movements/<int:organization_id>/movements.pdf", views.movements_print, name="movements_print"),
    path(
        "movements/<int:organization_id>/movements.xlsx", views.movements_download, name="movements_download"
    ),
]
