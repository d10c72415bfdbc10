from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0006_two_hands_for_stage_and_merging")]

    operations = [
        migrations.AddField(model_name="member", name="arrived_on", field=models.DateField(null=True)),
    ]
