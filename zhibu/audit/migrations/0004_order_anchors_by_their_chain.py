
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0003_heads_only_grow'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditanchor',
            name='day',
            field=models.DateField(),
        ),
        migrations.AlterField(
            model_name='auditanchor',
            name='previous',
            field=models.CharField(max_length=80, unique=True),
        ),
    ]
