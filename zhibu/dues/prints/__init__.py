"""Papers of dues."""

from zhibu.dues.prints.receipts import receipts_pdf

__all__ = ["receipts_pdf"]
