"""Addresses of cycles."""

from django.urls import path

from zhibu.cycles.views import (
    cases,
    deeds,
    findings,
    inspection_samples,
    inspections,
    merging,
    months,
    reviews,
    steps,
)

app_name = "cycles"
urlpatterns = [
    path("reorganizations/", deeds.reorganizations, name="reorganizations"),
    path("reorganizations/new/", deeds.new, name="new"),
    path("reorganizations/<int:pk>/", deeds.reorganization, name="reorganization"),
    path("reorganizations/<int:pk>/check/", deeds.check, name="check"),
    path("reorganizations/<int:pk>/execution/", deeds.execution, name="execution"),
    path("reorganizations/<int:pk>/undoing/", deeds.undoing, name="undoing"),
    path("reorganizations/<int:pk>/dropping/", deeds.dropping, name="dropping"),
    path("reorganizations/<int:pk>/steps/<slug:kind>/", steps.step, name="step"),
    path("reorganizations/<int:pk>/steps/<int:number>/removal/", steps.removal, name="removal"),
    path("reorganizations/merges/<int:proposal_id>/", merging.merge, name="merge"),
    path("reorganizations/merges/<int:proposal_id>/parting/", merging.merge_parting, name="merge_parting"),
    path("inspections/", inspections.inspections, name="inspections"),
    path(
        "inspections/units/<int:organization_id>/", inspections.inspections, name="organization_inspections"
    ),
    path(
        "inspections/units/<int:organization_id>/new/<slug:kind>/",
        inspections.inspection_new,
        name="inspection_new",
    ),
    path("inspections/<int:pk>/", inspections.inspection, name="inspection"),
    path("inspections/<int:pk>/redraw/", inspections.inspection_redraw, name="inspection_redraw"),
    path("inspections/<int:pk>/print/", inspections.inspection_print, name="inspection_print"),
    path("inspections/<int:pk>/completion/", inspections.inspection_done, name="inspection_done"),
    path("inspections/<int:pk>/findings/new/", inspections.finding_new, name="finding_new"),
    path("inspections/samples/<int:pk>/", inspection_samples.sample, name="sample"),
    path(
        "inspections/samples/<int:pk>/items/<slug:item>/",
        inspection_samples.sample_answer,
        name="sample_answer",
    ),
    path(
        "inspections/samples/<int:pk>/absence/",
        inspection_samples.sample_unreachable,
        name="sample_unreachable",
    ),
    path("inspections/findings/", findings.findings, name="findings"),
    path(
        "inspections/findings/units/<int:organization_id>/", findings.findings, name="organization_findings"
    ),
    path(
        "inspections/findings/units/<int:organization_id>/print/",
        findings.findings_print,
        name="findings_print",
    ),
    path("inspections/findings/<int:pk>/", findings.finding, name="finding"),
    path("inspections/findings/<int:pk>/mending/", findings.finding_mending, name="finding_mending"),
    path("inspections/findings/<int:pk>/recheck/", findings.finding_recheck, name="finding_recheck"),
    path("cases/", cases.cases, name="cases"),
    path("cases/proposals/", cases.case_proposals, name="case_proposals"),
    path("cases/signs/", cases.signs, name="signs"),
    path("cases/units/<int:organization_id>/new/", cases.case_new, name="case_new"),
    path("cases/members/<int:member_id>/own/", cases.own_cases, name="own_cases"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("cases/<int:pk>/steps/", cases.case_step, name="case_step"),
    path("cases/<int:pk>/decision/", cases.case_decision, name="case_decision"),
    path("cases/<int:pk>/own-words/", cases.own_words, name="own_words"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/units/<int:organization_id>/", reviews.reviews, name="organization_reviews"),
    path("reviews/units/<int:organization_id>/clear/", reviews.reviews_clear, name="reviews_clear"),
    path("reviews/units/<int:organization_id>/print/", reviews.reviews_print, name="reviews_print"),
    path("reviews/units/<int:organization_id>/not-reviewed/", reviews.not_reviewed, name="not_reviewed"),
    path("reviews/units/<int:organization_id>/close/", reviews.year_close, name="year_close"),
    path("reviews/members/<int:member_id>/", reviews.member_review, name="member_review"),
    path("reviews/members/<int:member_id>/panel/", reviews.review_panel, name="review_panel"),
    path("months/", months.months, name="months"),
    path("months/opening/<int:month>/", months.months_opening, name="months_opening"),
    path("months/<int:branch_id>/<int:month>/", months.month, name="month"),
    path("months/<int:branch_id>/<int:month>/operations/", months.month_operations, name="month_operations"),
    path("months/<int:branch_id>/<int:month>/submission/", months.month_submission, name="month_submission"),
    path("months/<int:branch_id>/<int:month>/return/", months.month_return, name="month_return"),
    path("months/<int:branch_id>/<int:month>/seal/", months.month_seal, name="month_seal"),
    path("months/<int:branch_id>/<int:month>/exception/", months.month_exception, name="month_exception"),
    path(
        "months/<int:branch_id>/<int:month>/exception/end/",
        months.month_exception_end,
        name="month_exception_end",
    ),
    path("months/<int:branch_id>/<int:month>/opening/", months.month_opening, name="month_opening"),
    path("months/<int:branch_id>/<int:month>/sheet/", months.month_sheet, name="month_sheet"),
]
