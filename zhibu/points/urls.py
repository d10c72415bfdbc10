"""Addresses of points."""

from django.urls import path

from zhibu.points.views import entries, files, months, people

app_name = "points"
urlpatterns = [
    path("", months.home, name="home"),
    path("catalogue/", entries.catalogue, name="catalogue"),
    path("approvals/", entries.approvals, name="approvals"),
    path("objections/", people.objections, name="objections"),
    path("objections/<int:objection_id>/", people.objection, name="objection"),
    path("entries/<int:entry_id>/", entries.entry, name="entry"),
    path("entries/<int:entry_id>/approval/", entries.entry_approval, name="entry_approval"),
    path("entries/<int:entry_id>/refusal/", entries.entry_refusal, name="entry_refusal"),
    path("entries/<int:entry_id>/reversal/", entries.entry_reversal, name="entry_reversal"),
    path("entries/<int:entry_id>/objection/", people.objection_new, name="objection_new"),
    path("members/<int:member_id>/", people.member, name="member"),
    path("members/<int:member_id>/panel/", people.member_panel, name="member_panel"),
    path("members/<int:member_id>/class/", people.member_class, name="member_class"),
    path("organizations/<int:organization_id>/", months.home, name="organization"),
    path("organizations/<int:organization_id>/points.xlsx", files.workbook, name="workbook"),
    path(
        "organizations/<int:organization_id>/years/<int:number>/points.xlsx",
        files.year_workbook,
        name="year_workbook",
    ),
    path("organizations/<int:organization_id>/entries/new/", entries.entry_new, name="entry_new"),
    path(
        "organizations/<int:organization_id>/months/<int:month>/publicity/",
        months.publicity,
        name="publicity",
    ),
    path(
        "organizations/<int:organization_id>/months/<int:month>/publicity.pdf",
        months.publicity_print,
        name="publicity_print",
    ),
    path("organizations/<int:organization_id>/years/<int:number>/", people.year, name="year"),
    path(
        "organizations/<int:organization_id>/years/<int:number>/opening/",
        people.year_opening,
        name="year_opening",
    ),
]
