"""What a deed must say, who may carry it out, and how a changed county is noticed. Pure."""

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said


def check_deed(title: str, document: str, effective_on: date, *, on: date) -> None:
    """Raise ``Refused`` without title or document number, or when the day lies ahead."""
    if not 2 <= len(said(title)) <= 80:
        raise Refused(gettext_noop("请写明调整的名称，2到80个字，例如“撤并阿市镇、巴市镇”。"))
    if not 2 <= len(said(document)) <= 80:
        raise Refused(gettext_noop("建制调整要有批准文件，请写明文号，最多80个字。"))
    if effective_on > on:
        raise Refused(
            gettext_noop("生效日期{day}在今天以后。可以先准备好步骤，等到那一天再改日期执行。"),
            day=effective_on,
        )


def check_two_persons(planner: tuple[int | None, str], doer: tuple[int | None, str]) -> None:
    """Raise ``Refused`` when the one who planned would also carry it out. Each: user id (or None) and name."""
    same = planner[0] == doer[0] if planner[0] is not None or doer[0] is not None else planner == doer
    if same:
        raise Refused(
            gettext_noop("最后编制或核对这份计划的是您本人，执行要由另一个人来办。"),
            next_step=gettext_noop("请让另一位有建制调整权限的同事打开本页，核对后执行。"),
        )


def digest(facts: Mapping[str, object]) -> str:
    """One short text for all that a preview rests on: equal facts, equal digest."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:32]
