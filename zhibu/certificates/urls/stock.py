"""Addresses of blank booklets and the void list."""

from django.urls import path

from zhibu.certificates.views import voidlist
from zhibu.certificates.views.stock import deeds, pages, parcels, writing_off

urlpatterns = [
    path("stock/", pages.stock, name="stock"),
    path("stock/<int:organization_id>/", pages.stock, name="organization_stock"),
    path("stock/<int:organization_id>/below/", pages.below, name="stock_below"),
    path("stock/<int:organization_id>/ledger.xlsx", pages.ledger_workbook, name="stock_workbook"),
    path("stock/<int:organization_id>/delivery/", deeds.delivery, name="stock_delivery"),
    path("stock/<int:organization_id>/sending/", deeds.sending, name="stock_sending"),
    path("stock/<int:organization_id>/spoilage/", deeds.spoilage, name="stock_spoilage"),
    path("stock/<int:organization_id>/use/", deeds.use, name="stock_use"),
    path("stock/<int:organization_id>/count/", deeds.counting, name="stock_count"),
    path("stock/counts/<int:count_id>/explanation/", deeds.explanation, name="stock_explanation"),
    path("stock/parcels/<int:transfer_id>/arrival/", parcels.arrival, name="stock_arrival"),
    path("stock/parcels/<int:transfer_id>/refusal/", parcels.refusal, name="stock_refusal"),
    path("stock/parcels/<int:transfer_id>/recall/", parcels.recall, name="stock_recall"),
    path("stock/parcels/<int:transfer_id>/shortfall/", parcels.shortfall, name="stock_shortfall"),
    path("stock/entries/<int:entry_id>/reversal/", deeds.reversal, name="stock_reversal"),
    path("stock/write-offs/<int:write_off_id>/", writing_off.confirmation, name="stock_write_off"),
    path("stock/write-offs/<int:write_off_id>/refusal/", writing_off.refusal, name="stock_write_off_decline"),
    path("void-list/", voidlist.void_list, name="void_list"),
    path("void-list/void-list.txt", voidlist.void_list_file, name="void_list_file"),
    path("void-list/public-keys.txt", voidlist.void_list_keys, name="void_list_keys"),
]
