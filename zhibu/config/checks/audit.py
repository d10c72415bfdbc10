"""The audit log."""

import os
from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register
from django.db import connection

from zhibu.audit.actions import SYSTEM_CHAIN
from zhibu.audit.guards import missing_guards
from zhibu.audit.models import AuditHead, AuditRecord
from zhibu.audit.summaries.witnessing import heads_behind, heads_file
from zhibu.config.checks.database import has_tables
from zhibu.config.checks.tags import BOOT


@register(BOOT, deploy=True)
def check_guards(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """The triggers that refuse changes are there, as they ought to be: a rebuilt table loses them silently."""
    if not has_tables() or not (missing := missing_guards()):
        return []
    return [
        Error(
            f"数据库里缺少防止改动审计日志的触发器：{'、'.join(missing)}。",
            hint="请运行 zhibu audit guard（zhibu migrate 也会补上），并报告审计管理员。",
            id="zhibu.E010",
        )
    ]


@register(BOOT, deploy=True)
def check_audit_end(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """The last record of the system's chain is the one its head names."""
    if not has_tables():
        return []
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


@register(BOOT, deploy=True)
def check_heads_file(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """The file of heads can be added to, and knows of no record that the database lacks."""
    file = heads_file()
    place = file if file.exists() else file.parent
    if not os.access(place, os.R_OK | os.W_OK):
        return [
            Error(
                f"链头文件 {file} 不能追加。",
                hint="请把它交给运行本软件的用户，或用 ZHIBU_AUDIT_HEADS 指定另一个位置。",
                id="zhibu.E011",
            )
        ]
    behind = heads_behind() if has_tables() else ()
    if behind:
        return [
            Error(
                f"审计日志比链头文件短：{behind[0].sentence}",
                hint="请运行 zhibu audit verify 并报告审计管理员。用旧备份恢复了数据库的，查明后运行 zhibu audit heads --renew 理由。",
                id="zhibu.E012",
            )
        ]
    return []


@register(BOOT, deploy=True)
def check_owner(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """On PostgreSQL the serving user had better not own the log: an owner can take the triggers away."""
    if connection.vendor != "postgresql" or not has_tables():
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = %s::regclass",
            [AuditRecord._meta.db_table],
        )
        [(owns,)] = cursor.fetchall()
    if not owns:
        return []
    return [
        Warning(
            "网站用的数据库用户拥有审计日志的表，可以去掉防改动的触发器。",
            hint="人多的县请按 docs/operations/database-users.md 分成所有者和网站两个用户。",
            id="zhibu.W017",
        )
    ]
