"""Who came from another county is in the books from the day on which the letter was received."""

from django.db import migrations


def fill(apps, schema_editor):
    transfers = apps.get_model("mobility", "Transfer").objects
    members = apps.get_model("members", "Member").objects
    came = transfers.filter(direction="in", state="received", event=None).exclude(member=None)
    for member, day in came.order_by("received_on", "pk").values_list("member_id", "received_on").iterator():
        members.filter(pk=member).update(arrived_on=day)


def empty(apps, schema_editor):
    apps.get_model("members", "Member").objects.update(arrived_on=None)


class Migration(migrations.Migration):
    dependencies = [("mobility", "0004_accounts_that_send"), ("members", "0007_day_of_arrival")]

    operations = [migrations.RunPython(fill, empty)]
