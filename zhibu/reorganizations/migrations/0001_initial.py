import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Reorganization',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=80)),
                ('document', models.CharField(max_length=80)),
                ('effective_on', models.DateField()),
                ('steps', models.JSONField(default=list)),
                ('state', models.CharField(default='planned', max_length=8)),
                ('planned_by', models.CharField(max_length=40)),
                ('planned_at', models.DateTimeField()),
                ('counts', models.JSONField(default=dict)),
                ('done_by', models.CharField(blank=True, max_length=40)),
                ('done_at', models.DateTimeField(null=True)),
                ('undone_by', models.CharField(blank=True, max_length=40)),
                ('undone_at', models.DateTimeField(null=True)),
                ('planned_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ReorganizationChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=60)),
                ('row', models.BigIntegerField()),
                ('before', models.JSONField()),
                ('after', models.JSONField()),
                ('deed', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='reorganizations.reorganization')),
            ],
            options={
                'indexes': [models.Index(fields=['deed', 'table'], name='reorganization_change_table')],
            },
        ),
    ]
