"""The product's addresses and the bare views they are measured against."""

from django.urls import include, path

from tests.bench import views

urlpatterns = [
    path("bench/register/<int:organization_id>/", views.register),
    path("bench/members/<int:member_id>/", views.member),
    path("bench/tree/", views.tree),
    path("bench/home/", views.home),
    path("bench/work/<str:path>/<int:lines>/", views.work),
    path("bench/units/", views.units),
    path("bench/pair/<int:kept_id>/<int:dropped_id>/", views.pair),
    path("bench/matters/", views.matters),
    path("bench/dispositions/", views.dispositions),
    path("bench/transfers/", views.transfers),
    path("bench/floating/", views.floating),
    path("bench/movements/", views.movements),
    path("bench/months/<int:branch_id>/<int:month>/", views.month),
    path("bench/months/<int:branch_month_id>/operations/", views.operation),
    path("", include("zhibu.config.urls")),
]

handler403 = "zhibu.ui.views.forbidden"
handler404 = "zhibu.ui.views.not_found"
handler500 = "zhibu.ui.views.server_error"
