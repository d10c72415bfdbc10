"""Papers and workbooks of dues."""

from zhibu.dues.prints.receipts import receipts_pdf
from zhibu.dues.prints.remittances import remittance_pdf
from zhibu.dues.prints.workbooks import (
    arrears_workbook,
    month_workbook,
    remittances_workbook,
    units_workbook,
    year_workbook,
)

__all__ = [
    "arrears_workbook",
    "month_workbook",
    "receipts_pdf",
    "remittance_pdf",
    "remittances_workbook",
    "units_workbook",
    "year_workbook",
]
