"""Addresses of keeping: handing over, custody, lost and full copies."""

from django.urls import path

from zhibu.certificates.views import handover, keeping
from zhibu.certificates.views import requests as views

urlpatterns = [
    path("organizations/<int:organization_id>/handover/", handover.handover, name="handover"),
    path("members/<int:member_id>/handover/", handover.member_handover, name="member_handover"),
    path("members/<int:member_id>/panel/", keeping.member_panel, name="member_panel"),
    path("keeping/", views.request_list, name="requests"),
    path("members/<int:member_id>/request/", views.member_request, name="member_request"),
    path("keeping/requests/<int:request_id>/", views.request_page, name="request"),
    path("keeping/requests/<int:request_id>/confirm/", views.request_confirm, name="request_confirm"),
    path("keeping/requests/<int:request_id>/refuse/", views.request_refuse, name="request_refuse"),
    path("keeping/requests/<int:request_id>/take-back/", views.request_take_back, name="request_take_back"),
    path("keeping/requests/<int:request_id>/reissue/", views.request_reissue, name="request_reissue"),
    path("keeping/requests/<int:request_id>/found/", views.request_found, name="request_found"),
    path("keeping/requests/<int:request_id>/form.pdf", views.request_print, name="request_print"),
    path("keeping/custody/", keeping.custody_list, name="custodies"),
    path("keeping/custody/custody.xlsx", keeping.custody_workbook, name="custodies_workbook"),
    path("members/<int:member_id>/custody/", keeping.member_custody, name="member_custody"),
    path("keeping/custody/<int:custody_id>/return/", keeping.custody_return, name="custody_return"),
]
