"""Counting what stands in a database, by plain SQL that fits every version's tables."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from zhibu.config.backups.manifest import Facts
from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop

Query = Callable[[str], Sequence[tuple[Any, ...]]]


def facts_of(query: Query) -> Facts:
    """Count everything. Reads every table once; works on the tables of any version of this product."""
    tables = tables_of(query)
    if "audit_audithead" not in tables:
        raise Refused(
            gettext_noop("数据库里没有本系统的表。"),
            next_step=gettext_noop("请检查 DATABASE_URL，或先运行 zhibu migrate。"),
        )
    counts = {table: int(query(f'SELECT count(*) FROM "{table}"')[0][0]) for table in tables}  # noqa: S608 (names from the catalog)
    migrations = query("SELECT app, name FROM django_migrations ORDER BY app, name")
    heads = query("SELECT chain, seq, digest FROM audit_audithead ORDER BY chain")
    seals = query(
        "SELECT branch_id, month, digest FROM months_branchmonth WHERE digest <> '' ORDER BY branch_id, month"
    )
    return Facts(
        tuple(f"{app}.{name}" for app, name in migrations),
        counts,
        {str(chain): f"{seq}:{digest}" for chain, seq, digest in heads},
        {str(branch): f"{month}:{digest}" for branch, month, digest in seals},
    )


def tables_of(query: Query) -> list[str]:
    """Names of the tables, in order."""
    found = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
        "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
    }[connection.vendor]
    return sorted(str(name) for (name,) in query(found))


def ask_django(sql: str) -> Sequence[tuple[Any, ...]]:
    """``Query`` through Django's own connection."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def is_used(query: Query) -> bool:
    """True when something was ever done here: the log has a head, or there are tables that are not ours."""
    tables = tables_of(query)
    if "audit_audithead" not in tables:
        return bool(tables)
    return bool(query("SELECT 1 FROM audit_audithead LIMIT 1"))
