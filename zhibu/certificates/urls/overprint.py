"""Addresses of printers, overprints and pages to stick in."""

from django.urls import path

from zhibu.certificates.views import overprint as views
from zhibu.certificates.views import printers

urlpatterns = [
    path("printers/", printers.printers, name="printers"),
    path("printers/new/<int:organization_id>/", printers.printer_new, name="printer_new"),
    path("printers/<int:printer_id>/", printers.printer, name="printer"),
    path("printers/<int:printer_id>/calibration.pdf", printers.calibration_sheet, name="calibration_sheet"),
    path("printers/<int:printer_id>/closing/", printers.printer_closing, name="printer_closing"),
    path("overprint/", views.overprint_branches, name="overprint_branches"),
    path("overprint/print.pdf", views.overprint_file, name="overprint_file"),
    path("overprint/stick-in.pdf", views.continuation_file, name="continuation_file"),
    path("overprint/record/", views.overprint_record, name="overprint_record"),
    path("overprint/members/<int:member_id>/", views.overprint, name="overprint"),
    path("overprint/members/<int:member_id>/<slug:page>/", views.overprint_page, name="overprint_page"),
    path(
        "overprint/members/<int:member_id>/<slug:page>/mending/",
        views.overprint_mending,
        name="overprint_mending",
    ),
    path("overprint/organizations/<int:organization_id>/", views.branch_overprint, name="branch_overprint"),
    path(
        "overprint/organizations/<int:organization_id>/<slug:page>/",
        views.branch_overprint_page,
        name="branch_overprint_page",
    ),
]
