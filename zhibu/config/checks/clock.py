"""Time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import connection
from django.utils import timezone

from zhibu.audit.actions import SYSTEM_CHAIN
from zhibu.audit.models import AuditRecord
from zhibu.audit.summaries.verification import anchor_ahead
from zhibu.config.checks.database import has_tables
from zhibu.config.checks.tags import BOOT

SLACK: Final = timedelta(minutes=5)
LONG: Final = timedelta(days=366)


@register(BOOT, deploy=True)
def check_time_zone(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """The time zone data knows China Standard Time."""
    try:
        offset = datetime.now(ZoneInfo(settings.TIME_ZONE)).utcoffset()
    except ZoneInfoNotFoundError:
        offset = None
    if offset != timedelta(hours=8):
        return [Error("系统没有北京时间的时区数据。", hint="请安装 tzdata 软件包。", id="zhibu.E006")]
    return []


@register(BOOT, deploy=True)
def check_time(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """The machine's time fits the log's last record and the database's own clock."""
    if not has_tables():
        return []
    now = timezone.now()
    last = (
        AuditRecord.objects.filter(chain=SYSTEM_CHAIN).order_by("-seq").values_list("at", flat=True).first()
    )
    if last is not None and last > now + SLACK:
        return [
            Error(
                f"服务器的时间是{_shown(now)}，早于最后一条审计日志的{_shown(last)}。",
                hint="请先校准服务器时间。现在的时间没有错的（是以前走快过），运行一次 zhibu audit verify，把现在的时间记进日志，再启动。",
                id="zhibu.E014",
            )
        ]
    found: list[CheckMessage] = []
    if last is not None and now > last + LONG:
        found.append(
            Warning(
                f"服务器的时间是{_shown(now)}，离最后一条审计日志已经一年以上。",
                hint="请核对服务器时间，走快的时间会留在所有登记和锚点上。",
                id="zhibu.W014",
            )
        )
    if (ahead := anchor_ahead(on=timezone.localdate(now))) is not None:
        found.append(
            Warning(
                f"有一个审计锚点的日期是{ahead.day:%Y-%m-%d}，在今天之后：服务器的时间走快过。",
                hint="请核对服务器时间，再请审计管理员在“每日锚点”页面写明原因。",
                id="zhibu.W016",
            )
        )
    if abs(_database_time(now) - now) > SLACK:
        found.append(
            Warning(
                f"服务器的时间和数据库的时间（{_shown(_database_time(now))}）相差五分钟以上。",
                hint="请让两台机器用同一个时间服务器校时。",
                id="zhibu.W015",
            )
        )
    return found


def _database_time(now: datetime) -> datetime:
    """The clock of the database's machine; ours where the database is a file."""
    if connection.vendor == "sqlite":
        return now
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


def _shown(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
