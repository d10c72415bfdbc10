"""Names on record are read as surnames and without their dots."""

from django.db import migrations

from zhibu.core.pinyin import readings

ROWS = 2000


def write(apps, schema_editor):
    member = apps.get_model("members", "Member")
    changed = []
    for row in member.objects.only("name", "pinyin", "initials", "readings").order_by("pk").iterator(ROWS):
        read = readings(row.name)
        if read != (row.pinyin, row.initials, row.readings):
            row.pinyin, row.initials, row.readings = read
            changed.append(row)
    member.objects.bulk_update(changed, ["pinyin", "initials", "readings"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("members", "0009_other_readings_of_names")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
