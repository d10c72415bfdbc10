"""What may be taken back once a month is sealed: only what was entered after the seal."""

from datetime import date, datetime

from zhibu.core.access import Refused
from zhibu.core.months import month_text
from zhibu.core.text import gettext_noop
from zhibu.meetings.models import MeetingsLock


def check_removable(branch_id: int, month: int, entered_at: datetime | None, *, on: date) -> None:
    """Refuse taking back what a seal found in its month. One query.

    Files and decisions may be added to a sealed month, marked with their own day; those are taken back as long
    as they came after the seal. ``entered_at`` None: not known, so before it.
    """
    lock = MeetingsLock.objects.filter(branch=branch_id, month=month).first()
    if lock is None or (lock.open_until is not None and on < lock.open_until):
        return
    if entered_at is None or entered_at <= lock.locked_at:
        raise Refused(
            gettext_noop(
                "{month}的月记已经封存，封存以前登记的不能撤销。确有错误的，请上级党组织批准后在限期内更正。"
            ),
            month=month_text(month),
        )
