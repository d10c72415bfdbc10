"""What may be attached to a meeting: photos and scans, known by their first bytes. Pure."""

from typing import Final

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop, squeeze

_STARTS: Final = ((b"\xff\xd8\xff", ".jpg"), (b"\x89PNG\r\n\x1a\n", ".png"), (b"%PDF-", ".pdf"))
NAME_LENGTH: Final = 120
FILES_A_MEETING: Final = 20


def file_name(name: str, content: bytes, *, limit_mb: int) -> str:
    """The name to keep, with the ending that fits the content. Raises ``Refused``: empty, too big, no photo or PDF."""
    if not content:
        raise Refused(gettext_noop("这个文件是空的。请重新选择文件。"))
    if len(content) > limit_mb * 1024 * 1024:
        raise Refused(gettext_noop("文件超过{limit}兆。请缩小照片或分成几个文件再传。"), limit=limit_mb)
    ending = next((ending for start, ending in _STARTS if content.startswith(start)), "")
    if not ending:
        raise Refused(gettext_noop("只能上传JPG、PNG照片或PDF文件。Word、Excel文件请先存成PDF。"))
    plain = squeeze(name.replace("\\", "/").rsplit("/", 1)[-1])
    stem = "".join(each for each in plain.rsplit(".", 1)[0] if each.isprintable() and each not in '<>:"|?*')
    return (stem.strip() or "file")[: NAME_LENGTH - len(ending)] + ending
