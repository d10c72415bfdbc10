import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=60)),
                ('owner_id', models.BigIntegerField(null=True)),
                ('owner_name', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=120)),
                ('params', models.JSONField(default=dict)),
                ('fingerprint', models.CharField(default='', max_length=64)),
                ('state', models.CharField(default='queued', max_length=10)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('sentence', models.CharField(blank=True, max_length=600)),
                ('problems', models.JSONField(default=list)),
                ('result_file', models.CharField(blank=True, max_length=200)),
                ('result_name', models.CharField(blank=True, max_length=120)),
                ('result_url', models.CharField(blank=True, max_length=200)),
                ('held', models.JSONField(default=dict)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('cancel_asked', models.BooleanField(default=False)),
                ('lease_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['owner_id', '-created_at'], name='job_owner'), models.Index(fields=['state', 'lease_until'], name='job_lease')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('queued', 'running'))), fields=('fingerprint',), name='job_one_active_alike')],
            },
        ),
    ]
