import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('sheet', models.CharField(max_length=40)),
                ('owner_id', models.BigIntegerField(null=True)),
                ('owner_name', models.CharField(max_length=40)),
                ('file_name', models.CharField(max_length=200)),
                ('fingerprint', models.CharField(max_length=64)),
                ('state', models.CharField(default='reading', max_length=12)),
                ('sentence', models.CharField(blank=True, max_length=600)),
                ('summary', models.JSONField(default=dict)),
                ('plan_digest', models.CharField(blank=True, max_length=64)),
                ('held', models.JSONField(default=dict)),
                ('job_id', models.UUIDField(null=True)),
                ('created_at', models.DateTimeField()),
                ('applied_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['owner_id', '-created_at'], name='import_run_owner')],
            },
        ),
        migrations.CreateModel(
            name='ImportBlob',
            fields=[
                ('run', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='imports.importrun')),
                ('file', models.BinaryField()),
                ('grid', models.BinaryField(default=b'')),
                ('plan', models.BinaryField(default=b'')),
            ],
        ),
    ]
