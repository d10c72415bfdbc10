"""Names of units are read with the syllables of Yi places and without dots."""

from django.db import migrations

from zhibu.core.pinyin import initials, pinyin


def write(apps, schema_editor):
    organization = apps.get_model("organizations", "Organization")
    changed = []
    for row in organization.objects.only("short_name", "pinyin", "initials").order_by("pk"):
        read = pinyin(row.short_name), initials(row.short_name)
        if read != (row.pinyin, row.initials):
            row.pinyin, row.initials = read
            changed.append(row)
    organization.objects.bulk_update(changed, ["pinyin", "initials"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("organizations", "0005_paths_by_their_signs")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
