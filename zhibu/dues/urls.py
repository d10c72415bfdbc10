"""Addresses of dues."""

from django.urls import path

from zhibu.dues.views import (
    accounts,
    arrears,
    assessments,
    files,
    ledger,
    payments,
    quarters,
    receipts,
    reliefs,
    remittances,
)

app_name = "dues"
urlpatterns = [
    path("", ledger.ledger, name="ledger"),
    path("organizations/<int:organization_id>/", ledger.ledger, name="organization"),
    path("organizations/<int:organization_id>/dues.xlsx", files.ledger_workbook, name="ledger_workbook"),
    path("organizations/<int:organization_id>/opening/", ledger.opening, name="opening"),
    path("organizations/<int:organization_id>/entry/", payments.entry, name="entry"),
    path("organizations/<int:organization_id>/receipts/", receipts.receipts, name="receipts"),
    path("organizations/<int:organization_id>/receipts/new/", receipts.receipts_issue, name="receipts_issue"),
    path(
        "organizations/<int:organization_id>/receipts/receipts.pdf",
        receipts.receipts_print,
        name="receipts_print",
    ),
    path("receipts/<int:receipt_id>/receipt.pdf", receipts.receipt_print, name="receipt_print"),
    path("members/<int:member_id>/", accounts.account, name="account"),
    path("members/<int:member_id>/panel/", accounts.member_panel, name="member_panel"),
    path("members/<int:member_id>/payment/", payments.member_payment, name="member_payment"),
    path("members/<int:member_id>/relief/", reliefs.relief_new, name="relief_new"),
    path("members/<int:member_id>/quarterly/", quarters.quarterly_new, name="quarterly_new"),
    path("payments/<int:payment_id>/reversal/", payments.reversal, name="reversal"),
    path("assessments/", assessments.assessments, name="assessments"),
    path("assessments/<int:organization_id>/", assessments.assessments, name="organization_assessments"),
    path("assessments/<int:organization_id>/batch/", assessments.batch, name="assessment_batch"),
    path("quarterly/", quarters.quarterly, name="quarterly"),
    path("reliefs/", reliefs.reliefs, name="reliefs"),
    path("reliefs/<int:relief_id>/", reliefs.relief, name="relief"),
    path("reliefs/<int:relief_id>/settlement/", reliefs.relief_settlement, name="relief_settlement"),
    path("reliefs/<int:relief_id>/end/", reliefs.relief_end, name="relief_end"),
    path("remittances/", remittances.remittances, name="remittances"),
    path("remittances/<int:organization_id>/", remittances.remittances, name="organization_remittances"),
    path("remittances/<int:organization_id>/new/", remittances.remittance_new, name="remittance_new"),
    path(
        "remittances/<int:remittance_id>/confirmation/",
        remittances.remittance_confirmation,
        name="remittance_confirmation",
    ),
    path("remittances/<int:remittance_id>/remittance.pdf", files.remittance_print, name="remittance_print"),
    path(
        "remittances/<int:organization_id>/remittances.xlsx",
        files.remittances_workbook,
        name="remittances_workbook",
    ),
    path("arrears/", arrears.arrears, name="arrears"),
    path("arrears/<int:organization_id>/", arrears.arrears, name="organization_arrears"),
    path("arrears/<int:organization_id>/arrears.xlsx", files.arrears_workbook, name="arrears_workbook"),
]
