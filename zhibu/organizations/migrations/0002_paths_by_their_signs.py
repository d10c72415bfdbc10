"""The path is compared sign by sign on every PostgreSQL, whatever language the database was made for.

A language's collation passes over dots: what lies below a unit would not stand together, and a prefix would
not use the index. SQLite compares so by itself.
"""

from django.db import migrations

PATHS = "ALTER TABLE organizations_organization ALTER COLUMN path TYPE varchar(120) COLLATE {}"


def collate(collation):
    def change(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(PATHS.format(collation))

    return change


class Migration(migrations.Migration):
    dependencies = [("organizations", "0001_initial")]
    operations = [migrations.RunPython(collate('"C"'), collate('"default"'))]
