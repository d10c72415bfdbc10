"""Addresses of the certificate pages."""

from zhibu.certificates.urls import copies, dispositions, keeping, overprint, stock, withdrawals

app_name = "certificates"
urlpatterns = [
    *copies.urlpatterns,
    *stock.urlpatterns,
    *keeping.urlpatterns,
    *dispositions.urlpatterns,
    *withdrawals.urlpatterns,
    *overprint.urlpatterns,
]
