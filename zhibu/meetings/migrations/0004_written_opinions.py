"""Votes on admission and confirmation count the written opinions of voters who could not come."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0003_study_hours")]
    operations = [
        migrations.AddField("vote", "admits", models.BooleanField(default=False)),
        migrations.AddField("vote", "written_ayes", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("vote", "written_noes", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("vote", "written_abstained", models.PositiveSmallIntegerField(default=0)),
    ]
