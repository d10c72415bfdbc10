"""What the system administrator must know of the installation: when it was last backed up, room on its disk."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.audit.models import AuditRecord
from zhibu.core.access import Scope
from zhibu.core.outages import DISK_RESERVE, LEAST_FREE, free_bytes
from zhibu.core.text import gettext_noop
from zhibu.core.work import WorkItem, WorkList

BACKED_UP: Final = "config.backup.made"
"""The event in the log; a restored database knows those before its own backup."""
OPERATE: Final = "config.operate"


@dataclass(frozen=True, slots=True)
class Upkeep:
    """``at``: when the last backup was made, None for never; ``days`` ago; ``is_late`` by ZHIBU_BACKUP_DAYS.

    ``disk``: what the disk lacks (``disk``).
    """

    at: datetime | None
    days: int
    is_late: bool
    disk: str = ""

    @property
    def sentence(self) -> str:
        """The same in Chinese."""
        if self.at is None:
            return _("还没有做过备份。")
        if not self.days:
            return _("今天{at}做过备份。").format(at=f"{timezone.localtime(self.at):%H:%M}")
        return _("上次备份是{days}天以前。").format(days=self.days)


def upkeep(*, on: date) -> Upkeep:
    """One query."""
    row = AuditRecord.objects.filter(event=BACKED_UP).order_by("-id").values_list("at", flat=True).first()
    days = max((on - timezone.localdate(row)).days, 0) if row else 0
    allowed: int = settings.BACKUP_DAYS
    is_asked_for = allowed > 0 and not settings.DEMO
    return Upkeep(row, days, is_asked_for and (row is None or days > allowed), disk())


def disk() -> str:
    """What the disk of the var folder lacks, in Chinese; "" while it has room."""
    free = free_bytes(settings.VAR)
    if free is None or free >= LEAST_FREE:
        return ""
    if free < DISK_RESERVE:
        return _("服务器的磁盘满了，不能再登记。")
    return _("服务器的磁盘只剩 {free} MB。").format(free=free // 2**20)


def upkeep_for(scope: Scope, *, on: date) -> Upkeep | None:
    """For whoever runs the installation; no query for others."""
    return upkeep(on=on) if scope.has(OPERATE) else None


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """A line when the last backup is too old, and one when the disk is nearly full."""
    found = upkeep_for(scope, on=on)
    if found is None:
        return []
    url = f"{reverse('insights:home')}#upkeep"
    lists = []
    if found.disk:
        item = WorkItem(found.disk, _("请在服务器上清出空间：旧的备份、日志，或换大一些的磁盘。"), url)
        lists.append(WorkList("disk", gettext_noop("磁盘"), "do", "archive", (item,), 1, url))
    if found.is_late:
        item = WorkItem(found.sentence, _("请在服务器上检查备份的定时任务和磁盘。"), url)
        lists.append(WorkList("backup", gettext_noop("备份"), "do", "archive", (item,), 1, url))
    return lists
