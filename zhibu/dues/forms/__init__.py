"""Parsing what people type about dues."""

from zhibu.dues.forms.assessments import AssessmentLines, BatchForm
from zhibu.dues.forms.fields import sentence_of
from zhibu.dues.forms.payments import EntryForm, EntryLine, MemberPaymentForm, ReversalForm, read_lines
from zhibu.dues.forms.quarters import QuarterForm
from zhibu.dues.forms.reliefs import EndForm, ReliefForm, SettlementForm
from zhibu.dues.forms.remittances import ConfirmationForm, RemittanceForm

__all__ = [
    "AssessmentLines",
    "BatchForm",
    "ConfirmationForm",
    "EndForm",
    "EntryForm",
    "EntryLine",
    "MemberPaymentForm",
    "QuarterForm",
    "ReliefForm",
    "RemittanceForm",
    "ReversalForm",
    "SettlementForm",
    "read_lines",
    "sentence_of",
]
