"""The triggers of the log: all there, looked at word by word, put back after whatever took them away."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from zhibu.audit.actions import record, restore_guards
from zhibu.audit.guards import guards, lift_guards, missing_guards
from zhibu.audit.models import AuditAnchor, AuditHead, AuditRecord
from zhibu.cli import main
from zhibu.cli.serving import migrate, problems
from zhibu.core.access import Scope

BY = Scope.system("test")
pytestmark = pytest.mark.django_db


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def write_two() -> None:
    record("x.y.z", by=BY, on=None, chain=5, path="1.", data={"n": 1})
    record("x.y.z", by=BY, on=None, chain=5, path="1.", data={"n": 2})


class TestMissing:
    def test_each_one_that_is_gone_is_named(self) -> None:
        for guard in guards():
            run(
                f"DROP TRIGGER {guard.name}"
                + (f" ON {guard.table}" if connection.vendor == "postgresql" else "")
            )
            assert missing_guards() == (guard.name,)
            assert restore_guards(by=BY) == (guard.name,)
            assert missing_guards() == ()

    def test_one_of_the_right_name_that_does_nothing_is_missing(self) -> None:
        if connection.vendor == "sqlite":
            run("DROP TRIGGER audit_auditrecord_no_delete")
            run(
                "CREATE TRIGGER audit_auditrecord_no_delete BEFORE DELETE ON audit_auditrecord BEGIN SELECT 1; END"
            )
            assert missing_guards() == ("audit_auditrecord_no_delete",)
        else:
            run(
                "CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RETURN OLD; END $$"
            )
            assert "audit_auditrecord_no_change" in missing_guards()
            assert "audit_audithead_no_delete" not in missing_guards()
        restore_guards(by=BY)
        assert missing_guards() == ()

    def test_one_with_another_condition_is_missing(self) -> None:
        guard = next(each for each in guards() if each.name == "audit_audithead_only_grows")
        run(
            f"DROP TRIGGER {guard.name}" + (f" ON {guard.table}" if connection.vendor == "postgresql" else "")
        )
        run(guard.sql.replace("NEW.seq < OLD.seq", "OLD.seq < NEW.seq"))
        assert missing_guards() == (guard.name,)

    def test_switched_off_is_missing(self) -> None:
        if connection.vendor == "sqlite":
            run("PRAGMA recursive_triggers=OFF")
            try:
                assert missing_guards() == ("PRAGMA recursive_triggers",)
            finally:
                run("PRAGMA recursive_triggers=ON")
        else:
            run("ALTER TABLE audit_auditrecord DISABLE TRIGGER audit_auditrecord_no_change")
            assert missing_guards() == ("audit_auditrecord_no_change",)
            restore_guards(by=BY)
            run("SET LOCAL session_replication_role = replica")
            assert missing_guards() == ("session_replication_role",)
            run("SET LOCAL session_replication_role = origin")
        assert missing_guards() == ()

    def test_keeps_the_site_from_serving_until_one_command_puts_them_back(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        lift_guards()
        assert main(["audit", "verify"]) == 1
        told = capsys.readouterr().err
        assert "audit_auditrecord_no_" in told
        assert "zhibu audit guard" in told
        assert any("zhibu audit guard" in sentence for sentence in problems())
        assert main(["audit", "guard"]) == 0
        assert main(["audit", "verify"]) == 0
        assert not any("zhibu audit guard" in sentence for sentence in problems())
        last = AuditRecord.objects.get(event="audit.guards.restored")
        assert set(last.data["guards"]) == {guard.name for guard in guards()}


@pytest.mark.parametrize("is_recursive", [True, False])
def test_a_record_is_not_replaced_under_its_own_number(is_recursive: bool) -> None:
    """SQLite's INSERT OR REPLACE deletes the row that stands in its way, without a word to a DELETE trigger
    unless recursive_triggers is on; on PostgreSQL the same is an upsert."""
    write_two()
    other = AuditRecord(**AuditRecord.objects.filter(chain=5, seq=1).values().get() | {"event": "changed"})
    if connection.vendor == "sqlite":
        run(f"PRAGMA recursive_triggers={'ON' if is_recursive else 'OFF'}")
        names = [str(field.column) for field in AuditRecord._meta.concrete_fields]
        values = [
            field.get_db_prep_save(getattr(other, field.attname), connection)
            for field in AuditRecord._meta.concrete_fields
        ]
    try:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            if connection.vendor == "sqlite":
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"INSERT OR REPLACE INTO audit_auditrecord ({', '.join(names)})"  # noqa: S608 (names of our own columns)
                        f" VALUES ({', '.join(['%s'] * len(names))})",
                        values,
                    )
            else:
                AuditRecord.objects.bulk_create(
                    [other],
                    update_conflicts=True,
                    unique_fields=["chain", "seq"],
                    update_fields=["event"],
                )
        with pytest.raises(DatabaseError, match="only grow"), transaction.atomic():
            AuditHead.objects.bulk_create(
                [AuditHead(chain=5, seq=1, digest="x")],
                update_conflicts=True,
                unique_fields=["chain"],
                update_fields=["seq", "digest"],
            )
        if connection.vendor == "sqlite":
            with pytest.raises(DatabaseError, match="only grow"), transaction.atomic():
                run("INSERT OR REPLACE INTO audit_audithead (chain, seq, digest) VALUES (5, 1, 'x')")
    finally:
        if connection.vendor == "sqlite":
            run("PRAGMA recursive_triggers=ON")
    assert AuditRecord.objects.get(chain=5, seq=1).event == "x.y.z"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", [AuditRecord, AuditAnchor, AuditHead])
def test_a_table_built_anew_by_a_migration_has_its_triggers_after_it(model: type[models.Model]) -> None:
    """SQLite alters a table by building another: what a later migration would do here."""
    column: Any = model._meta.get_field("digest")
    indexed = models.CharField(max_length=column.max_length, default=column.default, db_index=True)
    indexed.set_attributes_from_name("digest")
    indexed.model = model
    with connection.schema_editor() as editor:
        editor.alter_field(model, column, indexed)
        editor.alter_field(model, indexed, column)
    if connection.vendor == "sqlite":
        assert missing_guards() != ()
        assert any("zhibu migrate" in sentence for sentence in problems())
    migrate()
    assert missing_guards() == ()


@pytest.mark.django_db(transaction=True)
def test_any_migration_run_ends_with_the_triggers() -> None:
    lift_guards()
    call_command("migrate", "sessions", interactive=False, verbosity=0)
    assert missing_guards() == ()
