"""Places where the log does not hold, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext

from zhibu.core.text import gettext_noop

_REASONS = {
    "changed": gettext_noop("第{chain}号链的第{seq}条记录与它的摘要不符：这条记录被改动过。"),
    "missing": gettext_noop("第{chain}号链缺少第{seq}条记录：它被删除了。"),
    "head": gettext_noop("第{chain}号链的链头与第{seq}条记录不符：链头被改动或删除了。"),
    "anchor": gettext_noop("第{chain}号链的第{seq}条记录与每日锚点不符：这条链被整段改写过。"),
    "anchor_changed": gettext_noop("有一天的锚点与它的摘要不符：锚点被改动或删除了。"),
    "cut": gettext_noop(
        "第{chain}号链缺少第{seq}条到第{last}条记录：链头文件里记着，数据库里没有，链尾被截掉了。"
    ),
    "rewritten": gettext_noop("第{chain}号链的第{seq}条到第{last}条记录与链头文件不符：这条链被改写过。"),
    "line_changed": gettext_noop(
        "链头文件的第{seq}行与它前一行接不上：这一行被改动过，或者前面的行被删掉了。"
    ),
    "file_cut": gettext_noop(
        "链头文件不完整：日志里记下过的一行不在文件里，文件被截断、换掉或删除了。文件现有{seq}行。"
    ),
    "copy": gettext_noop("库里的锚点与您保存的副本不符：日志被整体改写过。"),
}


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the log does not hold. ``reason``: changed, missing, head, anchor, anchor_changed, copy;
    of the file of heads: cut, rewritten, line_changed (``seq`` is the line), file_cut (``seq`` lines are left).
    ``last``: where the broken stretch ends."""

    chain: int
    seq: int
    reason: str
    last: int = 0

    @property
    def sentence(self) -> str:
        """The same in Chinese."""
        return gettext(_REASONS[self.reason]).format(
            chain=self.chain, seq=self.seq, last=self.last or self.seq
        )
