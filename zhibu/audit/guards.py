"""The triggers by which the database itself refuses to change the log: named, installed, compared.

One place says what they are. Every migration run ends with ``install_guards`` (a table that SQLite rebuilds
loses its triggers without a word), ``zhibu audit guard`` does the same by hand, and ``missing_guards`` compares
what stands in the database with what ought to, text by text: a trigger of the right name that does nothing is
missing too.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction

KEPT: Final = "audit records are append-only"
GROWS: Final = "audit heads only grow"
RECORDS, ANCHORS, HEADS = "audit_auditrecord", "audit_auditanchor", "audit_audithead"
_SHRINKS: Final = (
    "NEW.seq < OLD.seq OR NEW.chain <> OLD.chain OR (NEW.seq = OLD.seq AND NEW.digest <> OLD.digest)"
)
# Settings under which triggers do not fire though they are there.
RECURSIVE_TRIGGERS: Final = "PRAGMA recursive_triggers"
REPLICATION_ROLE: Final = "session_replication_role"


@dataclass(frozen=True, slots=True)
class Guard:
    """One trigger: its name, its table, the statement that makes it."""

    name: str
    table: str
    sql: str


def _on_sqlite() -> list[Guard]:
    def guard(table: str, ending: str, when: str, sentence: str) -> Guard:
        name = f"{table}_{ending}"
        return Guard(
            name, table, f"CREATE TRIGGER {name} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        )

    def no_replace(table: str, same: str, sentence: str) -> Guard:
        # INSERT OR REPLACE deletes without a DELETE trigger unless PRAGMA recursive_triggers is on, and a
        # connection that is not ours has it off.
        found = f"EXISTS (SELECT 1 FROM {table} AS old WHERE {same})"  # noqa: S608 (constant text)
        return guard(table, "no_replace", f"INSERT ON {table} WHEN {found}", sentence)

    return [
        *(
            guard(table, f"no_{deed.lower()}", f"{deed} ON {table}", KEPT)
            for table in (RECORDS, ANCHORS)
            for deed in ("UPDATE", "DELETE")
        ),
        no_replace(RECORDS, "old.id = NEW.id OR (old.chain = NEW.chain AND old.seq = NEW.seq)", KEPT),
        no_replace(ANCHORS, "old.id = NEW.id OR old.previous = NEW.previous", KEPT),
        guard(HEADS, "no_delete", f"DELETE ON {HEADS}", GROWS),
        guard(HEADS, "only_grows", f"UPDATE ON {HEADS} WHEN {_SHRINKS}", GROWS),
        # A head is moved by an upsert, which passes here first: only one that shrinks is refused.
        no_replace(
            HEADS,
            "old.chain = NEW.chain AND (NEW.seq < old.seq OR (NEW.seq = old.seq AND NEW.digest <> old.digest))",
            GROWS,
        ),
    ]


_FUNCTIONS: Final = {"audit_refuse_change": KEPT, "audit_heads_only_grow": GROWS}


def _body(sentence: str) -> str:
    return f" BEGIN RAISE EXCEPTION '{sentence}'; END "


def _on_postgresql() -> list[Guard]:
    def guard(table: str, ending: str, when: str, each: str, function: str) -> Guard:
        name = f"{table}_{ending}"
        return Guard(
            name, table, f"CREATE TRIGGER {name} BEFORE {when} FOR EACH {each} EXECUTE FUNCTION {function}()"
        )

    rows, heads = _FUNCTIONS
    return [
        *(
            guard(table, "no_change", f"DELETE OR UPDATE ON {table}", "ROW", rows)
            for table in (RECORDS, ANCHORS)
        ),
        *(
            guard(table, "no_truncate", f"TRUNCATE ON {table}", "STATEMENT", rows)
            for table in (RECORDS, ANCHORS)
        ),
        guard(HEADS, "no_delete", f"DELETE ON {HEADS}", "ROW", heads),
        guard(HEADS, "only_grows", f"UPDATE ON {HEADS}", f"ROW WHEN ({_SHRINKS})", heads),
        guard(HEADS, "no_truncate", f"TRUNCATE ON {HEADS}", "STATEMENT", heads),
    ]


def guards() -> list[Guard]:
    """The triggers of this kind of database."""
    return _on_sqlite() if connection.vendor == "sqlite" else _on_postgresql()


def missing_guards() -> tuple[str, ...]:
    """Triggers that are not in the database, are switched off or were changed, and settings that keep them
    from firing. At most three queries."""
    present = _present_on_sqlite() if connection.vendor == "sqlite" else _present_on_postgresql()
    missing = [guard.name for guard in guards() if guard.name not in present]
    return tuple(sorted(missing)) + _switches()


def _present_on_sqlite() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        stored: Mapping[str, str] = dict(cursor.fetchall())
    return {guard.name for guard in guards() if _plain(stored.get(guard.name)) == _plain(guard.sql)}


def _present_on_postgresql() -> set[str]:
    """Enabled triggers that call our function, whose function raises, and whose condition is ours."""
    with connection.cursor() as cursor:
        # A restore may have set old data aside in another schema, with functions of the same names.
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc"
            " WHERE proname = ANY(%s) AND pronamespace = current_schema()::regnamespace",
            [list(_FUNCTIONS)],
        )
        bodies = defaultdict[str, list[str]](list)
        for name, body in cursor.fetchall():
            bodies[name].append(_plain(body))
        cursor.execute(
            "SELECT tgname, relname, proname, pg_get_triggerdef(t.oid, true) FROM pg_trigger t"
            " JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE tgenabled IN ('O', 'A') AND tgrelid = ANY(%s::regclass[])"
            " AND pronamespace = current_schema()::regnamespace",
            [[RECORDS, ANCHORS, HEADS]],
        )
        rows = cursor.fetchall()
    sound = {name for name, sentence in _FUNCTIONS.items() if bodies[name] == [_plain(_body(sentence))]}
    shapes = {guard.name: (guard.table, _shape(guard.sql)) for guard in guards()}
    return {
        name
        for name, table, function, definition in rows
        if function in sound and shapes.get(name) == (table, _shape(definition))
    }


def _shape(definition: str) -> list[str]:
    """The words of a trigger's definition, without the brackets and casts that PostgreSQL puts in."""
    return definition.replace("(", " ").replace(")", " ").replace("::text", "").lower().split()


def _plain(sql: str | None) -> str:
    return " ".join((sql or "").split())


def _switches() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(RECURSIVE_TRIGGERS)
            return () if cursor.fetchone() == (1,) else (RECURSIVE_TRIGGERS,)
        cursor.execute("SHOW session_replication_role")
        return () if cursor.fetchone() == ("origin",) else (REPLICATION_ROLE,)


def install_guards() -> tuple[str, ...]:
    """Put back what is missing; the names of what was put back. Needs the owner of the tables (PostgreSQL)."""
    missing = set(missing_guards())
    absent = [guard for guard in guards() if guard.name in missing]
    if not absent:
        return ()
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, sentence in _FUNCTIONS.items():
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${_body(sentence)}$$"
                )
        for guard in absent:
            cursor.execute(_drop(guard))
            cursor.execute(guard.sql)
    return tuple(guard.name for guard in absent)


def lift_guards() -> None:
    """Take all triggers away: what someone with the database's password can do. For tests alone."""
    with connection.cursor() as cursor:
        for guard in guards():
            cursor.execute(_drop(guard))


def _drop(guard: Guard) -> str:
    ending = f" ON {guard.table}" if connection.vendor == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {guard.name}{ending}"


def after_migrate(sender: Any, plan: Any = (), **kwargs: Any) -> None:
    """Django's ``post_migrate``: whatever a migration did to the tables, they have their triggers after it.

    Not after steps back of this app itself, which take the tables away.
    """
    if any(is_backwards and step.app_label == "audit" for step, is_backwards in plan):
        return
    present = set(connection.introspection.table_names())
    if present >= {RECORDS, ANCHORS, HEADS}:
        install_guards()
