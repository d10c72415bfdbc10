from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0004_disposition_destroyed")]

    operations = [
        migrations.AddField("stockentry", "receipt", models.UUIDField(null=True, unique=True)),
        migrations.AddField("stockcount", "receipt", models.UUIDField(null=True, unique=True)),
        migrations.AddField("stocktransfer", "receipt", models.UUIDField(null=True, unique=True)),
        migrations.AddField("stocktransfer", "sender_id", models.PositiveBigIntegerField(null=True)),
        migrations.AddField(
            "stocktransfer",
            "resolution",
            models.CharField(blank=True, default="", max_length=10),
            preserve_default=False,
        ),
        migrations.AddField(
            "stocktransfer",
            "explanation",
            models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(
            "stocktransfer",
            "explained_by",
            models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField("stocktransfer", "explained_at", models.DateTimeField(null=True)),
    ]
