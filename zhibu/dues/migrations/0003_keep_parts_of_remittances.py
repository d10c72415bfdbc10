from django.db import migrations, models
from django.db.models import Count, F, Sum

_BRANCHES = 500


def keep_parts(apps, schema_editor):
    """What earlier remittances were made of, as their sheets showed it until now."""
    Remittance = apps.get_model("dues", "Remittance")
    Payment = apps.get_model("dues", "Payment")
    with_ledger = set(Payment.objects.order_by().values_list("branch_id", flat=True).distinct())
    with_below = set(Remittance.objects.order_by().values_list("to_organization_id", flat=True).distinct())
    rows = Remittance.objects.select_related("from_organization").order_by("pk")
    kept = []
    for row in rows.iterator(chunk_size=_BRANCHES):
        giver = row.from_organization_id
        if giver in with_below and giver not in with_ledger:
            below = Remittance.objects.filter(
                to_organization=giver,
                from_month__gte=row.from_month,
                until_month__lte=row.until_month,
                arrived__isnull=False,
            ).order_by("from_organization__path", "from_month")
            row.parts = [
                [pk, None, arrived] for pk, arrived in below.values_list("from_organization_id", "arrived")
            ]
        elif giver in with_ledger:
            found = (
                Payment.objects.filter(
                    branch=giver, large=False, at__lte=row.at, month__gte=row.from_month, month__lt=row.until_month
                )
                .exclude(channel="host")
                .order_by()
                .values_list("month")
                .annotate(people=Count("member", distinct=True), total=Sum(F("amount") + F("extra")))
            )
            by_month = {month: [month, people, total] for month, people, total in found}
            month, row.parts = row.from_month, []
            while month < row.until_month:
                row.parts.append(by_month.get(month, [month, 0, 0]))
                month = month + 1 if month % 100 < 12 else month + 89
        kept.append(row)
    Remittance.objects.bulk_update(kept, ["parts"], batch_size=_BRANCHES)


class Migration(migrations.Migration):
    dependencies = [("dues", "0002_account_that_hands_up")]

    operations = [
        migrations.AddField(
            model_name="remittance", name="parts", field=models.JSONField(default=list)
        ),
        migrations.RunPython(keep_parts, migrations.RunPython.noop),
    ]
