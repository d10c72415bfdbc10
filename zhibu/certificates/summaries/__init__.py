"""Reads that answer a page, by matter."""

from zhibu.certificates.summaries.copies import (
    MemberCertificate,
    Totals,
    Verification,
    certificate_of,
    recent_batches,
    register_lines,
    register_list,
    register_rows,
    register_totals,
    resolve,
    unnumbered,
    verify,
)

__all__ = [
    "MemberCertificate",
    "Totals",
    "Verification",
    "certificate_of",
    "recent_batches",
    "register_lines",
    "register_list",
    "register_rows",
    "register_totals",
    "resolve",
    "unnumbered",
    "verify",
]
