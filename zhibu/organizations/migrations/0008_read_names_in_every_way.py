"""Names of units on record are given their other readings."""

from django.db import migrations

from zhibu.core.pinyin import unit_readings


def write(apps, schema_editor):
    organization = apps.get_model("organizations", "Organization")
    changed = []
    for row in organization.objects.only("short_name", "pinyin", "initials", "readings").order_by("pk"):
        read = unit_readings(row.short_name)
        if read != (row.pinyin, row.initials, row.readings):
            row.pinyin, row.initials, row.readings = read
            changed.append(row)
    organization.objects.bulk_update(changed, ["pinyin", "initials", "readings"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("organizations", "0007_other_readings_of_names")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
