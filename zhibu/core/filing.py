"""Names that files and worksheets may bear, made from names that people typed. Pure."""

import re
from typing import Final

SHEET_LENGTH: Final = 31  # of a worksheet's name, in UTF-16 units: the limit of the file format
FILE_LENGTH: Final = 180  # bytes before the ending; common file systems hold 255 with theirs
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200b-\u200f\u202a-\u202e]")
_NOT_IN_SHEETS: Final = re.compile(r"[\[\]:*?/\\]")
_NOT_IN_FILES: Final = re.compile(r'[<>:"/\\|?*]')
_RESERVED_SHEETS: Final = {"history"}
_RESERVED_FILES: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def sheet_name(text: str, *, otherwise: str = "表格") -> str:
    """A name that spreadsheet programs accept for a worksheet; ``otherwise`` where nothing is left.

    Refused by them: the signs []:*?/\\ , more than 31 characters, an apostrophe at either end, "History".

    >>> sheet_name("2026/11[一支部]"), sheet_name("''"), sheet_name("History")
    ('2026-11-一支部', '表格', 'History_')
    """
    name = _UNPRINTABLE.sub("", _NOT_IN_SHEETS.sub("-", text)).strip(" '-")
    while len(name.encode("utf-16-le")) > 2 * SHEET_LENGTH:
        name = name[:-1]
    name = name.strip(" '-") or otherwise
    return f"{name}_" if name.lower() in _RESERVED_SHEETS else name


def file_name(text: str) -> str:
    """A name that a download can have on Windows and Linux; the ending stays.

    >>> file_name("十一月/支部大会：“预算”?.pdf"), file_name("con.xlsx"), file_name(".pdf")
    ('十一月-支部大会：“预算”-.pdf', '_con.xlsx', '文件.pdf')
    """
    name = _UNPRINTABLE.sub("", _NOT_IN_FILES.sub("-", text))
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 5 or not ending.isalnum():
        stem, dot, ending = name, "", ""
    stem = stem.encode()[:FILE_LENGTH].decode(errors="ignore").strip(" .") or "文件"
    return f"{'_' if _RESERVED_FILES.fullmatch(stem) else ''}{stem}{dot}{ending}"
