"""The database."""

from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from zhibu.config.checks.tags import BOOT
from zhibu.core.outages import Outage, outage_of


@register(BOOT, deploy=True)
def check_database(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """The tables are those of this version, the cache table is there."""
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
    return []


def has_tables() -> bool:
    """The database answers and is this version's: what other checks that read from it ask first."""
    return not check_database(None)


_REFUSALS: Final = ("does not exist", "authentication failed", "no pg_hba.conf entry", "permission denied")


def why_away() -> str:
    """What keeps a database server from being reached for now; "" when it answers, be it with a refusal."""
    if connection.vendor == "sqlite":
        return ""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        reason = " ".join(str(error).split())
        is_refused = any(words in reason for words in _REFUSALS)
        return reason if outage_of(error) is Outage.AWAY and not is_refused else ""
    return ""
