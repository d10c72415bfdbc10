import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0011_fill_branch_of_copies")]

    operations = [
        migrations.AlterField(
            model_name=name,
            name="branch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organizations.organization",
            ),
        )
        for name in ("booklet", "bookletrequest")
    ]
