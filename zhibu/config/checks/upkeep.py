"""What goes on beside the site: backups, the worker, room on the disk."""

import time
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.db import Error as DatabaseError
from django.utils import timezone

from zhibu.config.checks.tags import BOOT
from zhibu.insights.summaries.upkeep import disk, upkeep
from zhibu.jobs.tasks import is_worker_alive


@register(BOOT, deploy=True)
def check_backup(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """The last backup is not older than the setting allows."""
    try:
        found = upkeep(on=timezone.localdate())
    except DatabaseError:
        return []  # check_database says it
    if not found.is_late:
        return []
    return [
        Warning(
            found.sentence,
            hint="请运行 zhibu backup，并设好每天的定时任务（docs/operations/backup.md）。",
            id="zhibu.W101",
        )
    ]


@register(BOOT, deploy=True)
def check_worker(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """A worker gave a sign of life within a minute."""
    if is_worker_alive(now=time.time()):
        return []
    return [
        Warning(
            "后台任务没有运行：导入、打印、每天的锚定都在等。",
            hint="网站正在运行时，请看 zhibu serve 或 zhibu worker 的日志；网站停着时不用理会。",
            id="zhibu.W102",
        )
    ]


@register(BOOT, deploy=True)
def check_disk(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """The disk of the var folder has room."""
    sentence = disk()
    if not sentence:
        return []
    return [
        Warning(
            f"{settings.VAR}：{sentence}",
            hint="请清出空间：旧的备份、日志，或换大一些的磁盘。磁盘满了就不能再登记。",
            id="zhibu.W103",
        )
    ]
