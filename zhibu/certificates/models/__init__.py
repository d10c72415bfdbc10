"""A member's certificate: number, copies, keeping, what becomes of it; blank booklets; printers."""

from zhibu.certificates.models.copies import (
    Booklet,
    Certificate,
    NumberAlias,
    NumberCounter,
    PrintBatch,
    VerificationLookup,
)
from zhibu.certificates.models.dispositions import Disposition, Withdrawal, WithdrawalTalk
from zhibu.certificates.models.keeping import BookletRequest, Custody, Signature
from zhibu.certificates.models.printers import Overprint, Printer
from zhibu.certificates.models.stock import StockCount, StockEntry, StockTransfer, StockWriteOff

__all__ = [
    "Booklet",
    "BookletRequest",
    "Certificate",
    "Custody",
    "Disposition",
    "NumberAlias",
    "NumberCounter",
    "Overprint",
    "PrintBatch",
    "Printer",
    "Signature",
    "StockCount",
    "StockEntry",
    "StockTransfer",
    "StockWriteOff",
    "VerificationLookup",
    "Withdrawal",
    "WithdrawalTalk",
]
