"""Files made on the spot, handed to the person with a Chinese name and never cached."""

import mimetypes

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from zhibu.core.filing import file_name


class Attachment(HttpResponse):
    """A file to keep; ``name`` is what it is called there, ``rows`` how many people or entries it lists (None: not a list)."""

    def __init__(self, content: bytes, name: str, rows: int | None = None) -> None:
        super().__init__(content, content_type=mimetypes.guess_type(name)[0] or "application/octet-stream")
        self.name = name
        self.rows = rows
        self["Content-Disposition"] = (
            content_disposition_header(as_attachment=True, filename=file_name(name)) or "attachment"
        )


def attachment(content: bytes, name: str, *, rows: int | None = None) -> Attachment:
    """A download; the type follows from the name's ending. ``rows`` goes into the record of it."""
    return Attachment(content, name, rows)


def conditions(*pairs: tuple[str, str]) -> str:
    """What a list is narrowed by, as its file says it in the head; "" where nothing narrows it.

    >>> conditions(("状态", "未编号"), ("查找", ""))
    '状态：未编号'
    """
    return "，".join(f"{name}：{value}" for name, value in pairs if value)
