"""The second of two people: who did the first part reads who else can do it, in place of a button that refuses."""

from collections.abc import Callable
from typing import TypeVar

from django.utils.translation import gettext as _

from zhibu.core.access import Refused, Scope
from zhibu.ui.templatetags.ui import next_step, sentence

Row = TypeVar("Row")


def another_hand(check: Callable[[Scope, Row], None], by: Scope, row: Row) -> str:
    """ "等待另一人确认：…" where the deed's own check refuses this person; "" for anybody else.

    ``check``: the one the deed itself asks, so that page and deed never differ.
    """
    try:
        check(by, row)
    except Refused as refusal:
        return _("等待另一人确认：{why}").format(why=sentence(refusal) + next_step(refusal))
    return ""
