"""Printed pages."""

from zhibu.conduct.prints.penalties import penalties_pdf

__all__ = ["penalties_pdf"]
