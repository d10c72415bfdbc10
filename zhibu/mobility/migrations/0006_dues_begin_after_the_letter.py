from django.db import migrations


def begin(apps, schema_editor):
    """Who came from outside the county before pays here from the month after the one the letter names."""
    Transfer = apps.get_model("mobility", "Transfer")
    FirstMonth = apps.get_model("dues", "FirstMonth")
    arrivals = Transfer.objects.filter(direction="in", state="received").exclude(member=None)
    rows = []
    for member, paid_to, event, day, at in (
        arrivals.exclude(dues_paid_to="")
        .order_by("received_on", "pk")
        .values_list("member_id", "dues_paid_to", "event_id", "received_on", "at")
    ):
        year, dash, number = paid_to.partition("-")
        if not (dash and year.isdigit() and number.isdigit() and day):
            continue
        month = int(year) * 100 + int(number)
        rows.append(
            FirstMonth(
                member_id=member,
                month=month + 1 if month % 100 < 12 else month + 89,
                came=day.year * 100 + day.month if event else 0,
                by="",
                at=at,
            )
        )
    FirstMonth.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("mobility", "0005_days_of_arrival_from_letters"), ("dues", "0004_first_month_of_arrivals")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
