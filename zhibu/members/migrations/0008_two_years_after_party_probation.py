"""Rights given back before are followed by two years without posts, as the regulation says."""

import calendar
from datetime import date

from django.db import migrations

MONTHS = 24


def _two_years_later(day: date) -> date:
    last = calendar.monthrange(day.year + 2, day.month)[1]
    return date(day.year + 2, day.month, min(day.day, last))


def write(apps, schema_editor):
    event = apps.get_model("members", "MembershipEvent")
    measure = apps.get_model("members", "Measure")
    begun = measure.objects.filter(kind="after_party_probation").values("event")
    rows = event.objects.filter(kind="restore_rights", state="in_effect").exclude(pk__in=begun)
    for row in rows.order_by("member_id", "effective_on", "pk"):
        until = _two_years_later(row.effective_on)
        measure.objects.filter(
            member_id=row.member_id, kind="after_party_probation", ended_on=None
        ).update(ended_on=row.effective_on)
        measure.objects.create(
            member_id=row.member_id,
            kind="after_party_probation",
            from_date=row.effective_on,
            due_on=until,
            ends_itself=True,
            event=row,
        )
        row.months, row.until = MONTHS, until
        row.save(update_fields=["months", "until"])


class Migration(migrations.Migration):
    dependencies = [("members", "0007_day_of_arrival")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
