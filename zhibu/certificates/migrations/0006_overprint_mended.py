"""A printed line remembers what it was mended to."""

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar = [("certificates", "0005_enter_stock_once")]

    operations: ClassVar[list[Operation]] = [
        migrations.AddField("overprint", "mended_on", models.DateField(null=True)),
        migrations.AddField(
            "overprint",
            "mended_text",
            models.CharField(blank=True, max_length=200, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "overprint",
            "mended_how",
            models.CharField(blank=True, max_length=4, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "overprint",
            "mended_by",
            models.CharField(blank=True, max_length=40, default=""),
            preserve_default=False,
        ),
    ]
