"""Reasons that people give for a deed. Pure."""

import re
from typing import Final

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop, halfwidth
from zhibu.core.wording import said

REASON_MIN: Final = 4


def check_reason(reason: str) -> str:
    """The reason without outer spaces. Refused when too short to mean anything, or when it holds a number."""
    text = said(reason)
    if len(text) < REASON_MIN:
        raise Refused(gettext_noop("请写明理由，至少4个字，例如“核对补交党费的收据”。"))
    if len(text) > 200:
        raise Refused(gettext_noop("理由最多200个字。请写短一些。"))
    if re.search(r"[0-9]{7}", halfwidth(text)):
        raise Refused(gettext_noop("理由会记入日志，里面不要写身份证号、手机号等号码。请去掉号码再提交。"))
    return text
