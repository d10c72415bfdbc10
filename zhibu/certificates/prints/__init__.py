"""What the certificates app puts on paper: booklets, the register, the list to sign."""

from zhibu.certificates.prints.booklets import (
    Batch,
    BookletData,
    BookletSettings,
    Branch,
    render_branch,
    unset_names,
)
from zhibu.certificates.prints.files import write_files
from zhibu.certificates.prints.registers import RegisterLine, lines_of, register_pdf, signing_list_pdf

__all__ = [
    "Batch",
    "BookletData",
    "BookletSettings",
    "Branch",
    "RegisterLine",
    "lines_of",
    "register_pdf",
    "render_branch",
    "signing_list_pdf",
    "unset_names",
    "write_files",
]
