"""Addresses of transfers."""

from django.urls import path

from zhibu.mobility.views import transfers, transfers_new

urlpatterns = [
    path("transfers/", transfers.transfers, name="transfers"),
    path("transfers/new/", transfers_new.candidates, name="transfer_candidates"),
    path("transfers/claim/", transfers_new.claim, name="transfer_claim"),
    path("transfers/arrival/", transfers_new.arrival, name="transfer_arrival"),
    path("transfers/<int:transfer_id>/", transfers.transfer, name="transfer"),
    path("transfers/<int:transfer_id>/agreement/", transfers.agreement, name="transfer_agreement"),
    path("transfers/<int:transfer_id>/letter/", transfers.letter, name="transfer_letter"),
    path("transfers/<int:transfer_id>/letter/print/", transfers.letter_print, name="transfer_letter_print"),
    path("transfers/<int:transfer_id>/new-letter/", transfers.new_letter, name="transfer_new_letter"),
    path("transfers/<int:transfer_id>/receipt/", transfers.receipt, name="transfer_receipt"),
    path(
        "transfers/<int:transfer_id>/receipt/print/", transfers.receipt_print, name="transfer_receipt_print"
    ),
    path("transfers/<int:transfer_id>/cancellation/", transfers.cancellation, name="transfer_cancellation"),
    path("transfers/<int:transfer_id>/old-number/", transfers.old_number, name="transfer_old_number"),
    path("transfers/new/<int:member_id>/", transfers_new.request_transfer, name="transfer_new"),
    path("members/<int:member_id>/transfers/", transfers.member_transfers, name="member_transfers"),
]
