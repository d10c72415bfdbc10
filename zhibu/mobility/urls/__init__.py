"""Addresses of movement."""

from zhibu.mobility.urls import enrollments, floating, lost, matters, movements, transfers

app_name = "mobility"
urlpatterns = [
    *matters.urlpatterns,
    *enrollments.urlpatterns,
    *movements.urlpatterns,
    *transfers.urlpatterns,
    *floating.urlpatterns,
    *lost.urlpatterns,
]
