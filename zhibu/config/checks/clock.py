"""Time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from zhibu.config.checks.tags import BOOT


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
