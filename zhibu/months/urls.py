"""Addresses of months (月记)."""

from django.urls import path

from zhibu.months.views import months, page

app_name = "months"
urlpatterns = [
    path("", months.months, name="months"),
    path("opening/<int:month>/", months.months_opening, name="months_opening"),
    path("<int:branch_id>/<int:month>/", page.month, name="month"),
    path("<int:branch_id>/<int:month>/operations/", months.month_operations, name="month_operations"),
    path("<int:branch_id>/<int:month>/submission/", months.month_submission, name="month_submission"),
    path("<int:branch_id>/<int:month>/return/", months.month_return, name="month_return"),
    path("<int:branch_id>/<int:month>/seal/", months.month_seal, name="month_seal"),
    path("<int:branch_id>/<int:month>/exception/", months.month_exception, name="month_exception"),
    path(
        "<int:branch_id>/<int:month>/exception/end/",
        months.month_exception_end,
        name="month_exception_end",
    ),
    path("<int:branch_id>/<int:month>/opening/", months.month_opening, name="month_opening"),
    path("<int:branch_id>/<int:month>/sheet/", months.month_sheet, name="month_sheet"),
]
