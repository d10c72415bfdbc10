from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0003_life_of_a_certificate")]

    operations = [
        migrations.AddField("disposition", "destroyed_on", models.DateField(null=True)),
        migrations.AddField(
            "disposition",
            "destroyed_by",
            models.CharField(blank=True, max_length=40, default=""),
            preserve_default=False,
        ),
    ]
