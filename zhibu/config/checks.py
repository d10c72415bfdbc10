"""What must hold before the site serves: ``zhibu check``, and at each start of serve and worker.

Tagged "boot" and registered as deployment checks, so that management commands and tests on a machine
without keys still run. Other apps register their own with the same tag.
"""

import os
import stat
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BOOT: Final = "boot"


@register(BOOT, deploy=True)
def check_keys(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Keys are there, and nobody else on the machine can read them."""
    if settings.KEY_RING_IS_PASSING:
        return [
            Error(
                f"没有密钥文件 {settings.KEY_FILE}。",
                hint="新装的系统先运行 zhibu init；已有数据的系统请从备份恢复原来的密钥文件，新密钥读不出旧数据。",
                id="zhibu.E001",
            )
        ]
    file = settings.KEY_FILE
    if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        return [
            Error(f"密钥文件 {file} 别的用户也能读。", hint=f"请运行 chmod 600 {file}。", id="zhibu.E002")
        ]
    return []


@register(BOOT, deploy=True)
def check_folders(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """The folder of everything we write can be written."""
    if not settings.VAR.is_dir() or not os.access(settings.VAR, os.W_OK | os.X_OK):
        return [
            Error(
                f"文件夹 {settings.VAR} 不存在或不能写。",
                hint="请建立它并交给运行本软件的用户，或用 ZHIBU_VAR 指定另一个。",
                id="zhibu.E003",
            )
        ]
    return []


@register(BOOT, deploy=True)
def check_built_files(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Style sheets and fonts were built."""
    found = []
    if not Path(str(settings.DJANGO_VITE["default"]["manifest_path"])).exists():
        found.append(Error("网页的样式和脚本还没有生成。", hint="请运行 make build。", id="zhibu.E004"))
    if not any(settings.FONT_FOLDER.glob("*.[ot]tf")):
        found.append(
            Error(
                f"没有打印用的字体（{settings.FONT_FOLDER}）。", hint="请运行 make build。", id="zhibu.E005"
            )
        )
    return found


@register(BOOT, deploy=True)
def check_clock(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """The time zone data knows China Standard Time."""
    try:
        offset = datetime.now(ZoneInfo(settings.TIME_ZONE)).utcoffset()
    except ZoneInfoNotFoundError:
        offset = None
    if offset != timedelta(hours=8):
        return [Error("系统没有北京时间的时区数据。", hint="请安装 tzdata 软件包。", id="zhibu.E006")]
    return []


@register(BOOT, deploy=True)
def check_database(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """The tables are those of this version, the cache table is there, the audit log's end can be read."""
    try:
        with connection.cursor() as cursor:
            tables = set(connection.introspection.table_names(cursor))
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        if connection.vendor == "sqlite":
            return [Error("数据库还没有建好。", hint="请运行 zhibu migrate。", id="zhibu.E008")]
        return [Error(f"连不上数据库：{str(error).strip()}。", hint="请检查 DATABASE_URL。", id="zhibu.E007")]
    if pending or settings.CACHES["default"]["LOCATION"] not in tables:
        return [Error("数据库还没有建好，或是旧版本的。", hint="请运行 zhibu migrate。", id="zhibu.E008")]
    return _check_audit_end()


def _check_audit_end() -> Sequence[CheckMessage]:
    from zhibu.audit.actions import SYSTEM_CHAIN
    from zhibu.audit.models import AuditHead, AuditRecord

    head = AuditHead.objects.filter(chain=SYSTEM_CHAIN).first()
    last = AuditRecord.objects.filter(chain=SYSTEM_CHAIN).order_by("-seq").first()
    if (head.digest if head else "") != (last.digest if last else ""):
        return [
            Error(
                "审计日志的末尾对不上，可能有人动过数据库。",
                hint="请运行 zhibu audit verify，并报告审计管理员。",
                id="zhibu.E009",
            )
        ]
    return []
