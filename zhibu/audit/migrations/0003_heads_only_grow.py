"""Heads may be added and may grow; the database refuses to shrink or delete one. Indexes for the audit pages."""

from django.db import migrations, models

HEADS = "audit_audithead"


def install(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            f"CREATE TRIGGER {HEADS}_no_delete BEFORE DELETE ON {HEADS} "
            f"BEGIN SELECT RAISE(ABORT, 'audit heads only grow'); END"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {HEADS}_only_grows BEFORE UPDATE ON {HEADS} "
            f"WHEN NEW.seq < OLD.seq OR NEW.chain <> OLD.chain "
            f"OR (NEW.seq = OLD.seq AND NEW.digest <> OLD.digest) "
            f"BEGIN SELECT RAISE(ABORT, 'audit heads only grow'); END"
        )
    elif schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION audit_heads_only_grow() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'audit heads only grow'; END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {HEADS}_no_delete BEFORE DELETE ON {HEADS} "
            f"FOR EACH ROW EXECUTE FUNCTION audit_heads_only_grow()"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {HEADS}_only_grows BEFORE UPDATE ON {HEADS} FOR EACH ROW "
            f"WHEN (NEW.seq < OLD.seq OR NEW.chain <> OLD.chain "
            f"OR (NEW.seq = OLD.seq AND NEW.digest <> OLD.digest)) "
            f"EXECUTE FUNCTION audit_heads_only_grow()"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {HEADS}_no_truncate BEFORE TRUNCATE ON {HEADS} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION audit_heads_only_grow()"
        )


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in ("no_delete", "only_grows"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {HEADS}_{name}")
    elif schema_editor.connection.vendor == "postgresql":
        for name in ("no_delete", "only_grows", "no_truncate"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {HEADS}_{name} ON {HEADS}")
        schema_editor.execute("DROP FUNCTION IF EXISTS audit_heads_only_grow()")


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_refuse_changes")]
    operations = [
        migrations.AddIndex(
            model_name="auditrecord",
            index=models.Index(fields=["actor_id", "-id"], name="audit_record_actor"),
        ),
        migrations.AddIndex(
            model_name="auditrecord", index=models.Index(fields=["at"], name="audit_record_at")
        ),
        migrations.RunPython(install, remove),
    ]
