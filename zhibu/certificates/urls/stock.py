"""Addresses of blank booklets and the void list."""

from django.urls import path

from zhibu.certificates.views import stock as views
from zhibu.certificates.views import voidlist

urlpatterns = [
    path("stock/", views.stock, name="stock"),
    path("stock/<int:organization_id>/", views.stock, name="organization_stock"),
    path("stock/<int:organization_id>/below/", views.below, name="stock_below"),
    path("stock/<int:organization_id>/ledger.xlsx", views.ledger_workbook, name="stock_workbook"),
    path("stock/<int:organization_id>/delivery/", views.delivery, name="stock_delivery"),
    path("stock/<int:organization_id>/sending/", views.sending, name="stock_sending"),
    path("stock/<int:organization_id>/spoilage/", views.spoilage, name="stock_spoilage"),
    path("stock/<int:organization_id>/use/", views.use, name="stock_use"),
    path("stock/<int:organization_id>/count/", views.counting, name="stock_count"),
    path("stock/counts/<int:count_id>/explanation/", views.explanation, name="stock_explanation"),
    path("stock/parcels/<int:transfer_id>/arrival/", views.arrival, name="stock_arrival"),
    path("stock/parcels/<int:transfer_id>/refusal/", views.refusal, name="stock_refusal"),
    path("stock/parcels/<int:transfer_id>/recall/", views.recall, name="stock_recall"),
    path("stock/parcels/<int:transfer_id>/shortfall/", views.shortfall, name="stock_shortfall"),
    path("stock/entries/<int:entry_id>/reversal/", views.reversal, name="stock_reversal"),
    path("void-list/", voidlist.void_list, name="void_list"),
    path("void-list/void-list.txt", voidlist.void_list_file, name="void_list_file"),
    path("void-list/public-keys.txt", voidlist.void_list_keys, name="void_list_keys"),
]
