import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0009_two_people_destroy_and_write_off"),
    ]

    operations = [
        migrations.AddField(
            model_name=name,
            name="branch",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organizations.organization",
            ),
        )
        for name in ("booklet", "bookletrequest")
    ]
