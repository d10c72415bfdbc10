"""The guide's two users of PostgreSQL, as written: the lesser one works, and cannot touch what is recorded."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.hands import WALKS, alone, with_every_role
from tests.world import TODAY, World
from zhibu.accounts.summaries.scopes import scope_of
from zhibu.audit.actions import record, set_anchor
from zhibu.audit.models import AuditRecord
from zhibu.audit.summaries.verification import verify
from zhibu.cli.serving import findings
from zhibu.core.access import Scope

WALKED = ("certificates", "dues", "members", "months", "organizations", "points", "accounts")
for _name in WALKED:
    import_module(f"tests.hands.{_name}")

GUIDE = Path(__file__).parents[3] / "docs" / "operations" / "database-users.md"
BY = Scope.system("test")
OWNED = "拥有审计日志的表"


LEDGERS = {
    "audit_auditrecord",
    "audit_auditanchor",
    "certificates_stockentry",
    "months_operation",
    "reviews_yearclose",
    "members_memberchange",
}
NEVER_DELETED = {
    "certificates_certificate",
    "certificates_numbercounter",
    "months_branchmonth",
    "dues_payment",
    "dues_receipt",
    "dues_receiptcounter",
    "members_member",
    "mobility_lettercounter",
    "points_entry",
}


def revoked(what: str) -> set[str]:
    """Tables of which the guide takes exactly this from the serving user."""
    found = re.findall(rf"REVOKE {what} ON ([a-z_,\s]+?) FROM zhibu_web;", GUIDE.read_text("utf-8"))
    return {table for tables in found for table in re.split(r"[,\s]+", tables)}


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def lesser(world: World) -> Any:
    """The session works as ``zhibu_web`` with the rights the guide gives; all is taken back with the test."""
    if connection.vendor == "sqlite":
        yield None
        return
    blocks = re.findall(r"```sql\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    roles = [line for line in blocks[0].splitlines() if line.startswith("CREATE ROLE")]
    for sql in roles:
        run(sql)
    run(blocks[1])
    # The tables are there already, so the default rights of the guide are given to them as they are.
    run("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO zhibu_web")
    run("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO zhibu_web")
    run(blocks[2])
    run("SET LOCAL ROLE zhibu_web")
    yield None
    run("RESET ROLE")


@pytest.mark.django_db
def test_the_serving_user_works_and_cannot_touch_the_log(world: World, lesser: Any) -> None:
    client = world.client("organizer_ashi")
    assert client.get("/members/").status_code == 200
    record("x.y.z", by=BY, on=None)
    set_anchor(on=AuditRecord.objects.latest("id").at.date())
    assert verify().holds
    assert not any(OWNED in sentence for sentence in findings()[1])
    if connection.vendor == "sqlite":
        forbidden = ["UPDATE audit_auditrecord SET event = 'x'", "DELETE FROM audit_auditrecord"]
    else:
        forbidden = [
            "UPDATE audit_auditrecord SET event = 'x'",
            "DELETE FROM audit_auditrecord",
            "TRUNCATE audit_auditrecord",
            "DELETE FROM audit_audithead",
            "UPDATE audit_auditanchor SET digest = 'x'",
            "ALTER TABLE audit_auditrecord DISABLE TRIGGER ALL",
            "DROP TRIGGER audit_auditrecord_no_change ON audit_auditrecord",
            "DROP TABLE audit_auditrecord",
            "ALTER TABLE audit_auditrecord ADD COLUMN x integer",
            "CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$",
            "SET session_replication_role = replica",
            "DELETE FROM django_migrations",
        ]
    for sql in forbidden:
        with pytest.raises(DatabaseError), transaction.atomic():
            run(sql)
    assert verify().holds


@pytest.mark.django_db
def test_a_serving_user_that_owns_the_log_is_told(world: World) -> None:
    assert any(OWNED in sentence for sentence in findings()[1]) == (connection.vendor == "postgresql")


@pytest.mark.django_db
def test_ledgers_only_grow_and_registers_lose_nothing_under_the_serving_user(
    world: World, lesser: Any
) -> None:
    ledgers, registers = revoked("UPDATE, DELETE"), revoked("DELETE")
    assert ledgers >= LEDGERS
    assert registers >= NEVER_DELETED
    tables = set(connection.introspection.table_names())
    assert (ledgers | registers) - tables == set()
    if connection.vendor == "sqlite":  # one user only; the guards of the log are its own tests
        return
    for table in sorted(ledgers | registers):
        statements = [f'DELETE FROM "{table}"', f'TRUNCATE "{table}" CASCADE']  # noqa: S608 (our own tables)
        statements += [f'UPDATE "{table}" SET id = id'] if table in ledgers else []  # noqa: S608 (as above)
        for sql in statements:
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                run(sql)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key",
    [
        "accounts.role.granted:business",
        "certificates.disposition.copy_destroyed",
        "certificates.request.settled",
        "certificates.stock.arrived",
        "certificates.withdrawal.approved",
        "accountability.case.decided",
        "months.month.sealed",
        "reorganizations.reorganization.done",
        "dues.remittance.confirmed",
        "members.merge.parted",
        "points.entries.approved",
    ],
)
def test_the_serving_user_may_do_what_people_do(world: World, lesser: Any, key: str) -> None:
    one = with_every_role(world, "everything", "吉克阿鲁")
    other = with_every_role(world, "everything_too", "沙马依古")
    last = WALKS[key](world, alone(world, one))
    last(scope_of(other, on=TODAY))
    assert AuditRecord.objects.filter(actor_id=other.pk, event=key.partition(":")[0]).exists()
