"""The product's addresses and the bare views they are measured against."""

from django.urls import include, path

from tests.bench import views

urlpatterns = [
    path("bench/register/<int:organization_id>/", views.register),
    path("bench/members/<int:member_id>/", views.member),
    path("bench/tree/", views.tree),
    path("", include("zhibu.config.urls")),
]

handler403 = "zhibu.ui.views.forbidden"
handler404 = "zhibu.ui.views.not_found"
handler500 = "zhibu.ui.views.server_error"
