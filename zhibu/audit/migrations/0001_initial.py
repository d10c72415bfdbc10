from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='AuditAnchor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('at', models.DateTimeField()),
                ('heads', models.JSONField()),
                ('previous', models.CharField(max_length=80, unique=True)),
                ('digest', models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='AuditHead',
            fields=[
                ('chain', models.BigIntegerField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(default=0)),
                ('digest', models.CharField(default='', max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='AuditRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chain', models.BigIntegerField()),
                ('seq', models.BigIntegerField()),
                ('path', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('event', models.CharField(max_length=80)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_name', models.CharField(max_length=120)),
                ('subject_type', models.CharField(max_length=60)),
                ('subject_id', models.CharField(max_length=40)),
                ('data', models.JSONField(default=dict)),
                ('previous', models.CharField(max_length=80)),
                ('digest', models.CharField(max_length=80)),
            ],
            options={
                'indexes': [models.Index(fields=['subject_type', 'subject_id'], name='audit_record_subject'), models.Index(fields=['path', '-id'], name='audit_record_path'), models.Index(fields=['event', '-id'], name='audit_record_event'), models.Index(fields=['actor_id', '-id'], name='audit_record_actor'), models.Index(fields=['at'], name='audit_record_at')],
                'constraints': [models.UniqueConstraint(fields=('chain', 'seq'), name='audit_record_chain_seq')],
            },
        ),
    ]
