"""Addresses of movement."""

from zhibu.mobility.urls import floating, lost, matters, movements, transfers

app_name = "mobility"
urlpatterns = [
    *matters.urlpatterns,
    *movements.urlpatterns,
    *transfers.urlpatterns,
    *floating.urlpatterns,
    *lost.urlpatterns,
]
