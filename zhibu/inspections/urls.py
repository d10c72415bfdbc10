"""Addresses of inspections, findings and signs (季督)."""

from django.urls import path

from zhibu.inspections.views import findings, inspections, samples, signs

app_name = "inspections"
urlpatterns = [
    path("inspections/", inspections.inspections, name="inspections"),
    path(
        "inspections/units/<int:organization_id>/", inspections.inspections, name="organization_inspections"
    ),
    path(
        "inspections/units/<int:organization_id>/results.xlsx",
        inspections.results_download,
        name="results_download",
    ),
    path(
        "inspections/units/<int:organization_id>/new/<slug:kind>/",
        inspections.inspection_new,
        name="inspection_new",
    ),
    path("inspections/<int:pk>/", inspections.inspection, name="inspection"),
    path("inspections/<int:pk>/redraw/", inspections.inspection_redraw, name="inspection_redraw"),
    path("inspections/<int:pk>/population.xlsx", inspections.population_download, name="population_download"),
    path("inspections/<int:pk>/print/", inspections.inspection_print, name="inspection_print"),
    path("inspections/<int:pk>/completion/", inspections.inspection_done, name="inspection_done"),
    path("inspections/<int:pk>/findings/new/", inspections.finding_new, name="finding_new"),
    path("inspections/samples/<int:pk>/", samples.sample, name="sample"),
    path(
        "inspections/samples/<int:pk>/items/<slug:item>/",
        samples.sample_answer,
        name="sample_answer",
    ),
    path(
        "inspections/samples/<int:pk>/absence/",
        samples.sample_unreachable,
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
    path(
        "inspections/findings/units/<int:organization_id>/findings.xlsx",
        findings.findings_download,
        name="findings_download",
    ),
    path("inspections/findings/<int:pk>/", findings.finding, name="finding"),
    path("inspections/findings/<int:pk>/extension/", findings.finding_extension, name="finding_extension"),
    path("inspections/findings/<int:pk>/mending/", findings.finding_mending, name="finding_mending"),
    path("inspections/findings/<int:pk>/recheck/", findings.finding_recheck, name="finding_recheck"),
    path("cases/signs/", signs.signs, name="signs"),
]
