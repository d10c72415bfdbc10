"""Names are found by every reading, not only by the one they are ordered by."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0008_two_years_after_party_probation")]
    operations = [
        migrations.AddField(
            model_name="member",
            name="readings",
            field=models.CharField(blank=True, default="", max_length=400),
        )
    ]
