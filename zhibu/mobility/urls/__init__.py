"""Addresses of movement."""

from zhibu.mobility.urls import floating, lost, matters, transfers

app_name = "mobility"
urlpatterns = [
    *matters.urlpatterns,
    *transfers.urlpatterns,
    *floating.urlpatterns,
    *lost.urlpatterns,
]
