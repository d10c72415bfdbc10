import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('members', '0001_initial'),
        ('organizations', '0002_paths_by_their_signs'),
    ]

    operations = [
        migrations.CreateModel(
            name='BranchMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.PositiveIntegerField()),
                ('state', models.CharField(default='open', max_length=9)),
                ('members', models.PositiveSmallIntegerField(default=0)),
                ('cash', models.PositiveIntegerField(null=True)),
                ('heads', models.PositiveSmallIntegerField(null=True)),
                ('attended', models.PositiveSmallIntegerField(null=True)),
                ('collected_on', models.DateField(null=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('submitted_by', models.CharField(blank=True, max_length=40)),
                ('is_late', models.BooleanField(default=False)),
                ('returns', models.PositiveSmallIntegerField(default=0)),
                ('return_reason', models.CharField(blank=True, max_length=200)),
                ('returned_by', models.CharField(blank=True, max_length=40)),
                ('sealed_at', models.DateTimeField(null=True)),
                ('sealed_by', models.CharField(blank=True, max_length=40)),
                ('summary', models.JSONField(default=dict)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('previous', models.CharField(blank=True, max_length=64)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('submitted_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['month', 'state'], name='branch_month_state')],
                'constraints': [models.UniqueConstraint(fields=('branch', 'month'), name='branch_month_once')],
            },
        ),
        migrations.CreateModel(
            name='LockException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.PositiveIntegerField()),
                ('granted_to', models.CharField(max_length=40)),
                ('reason', models.CharField(max_length=200)),
                ('until', models.DateField()),
                ('by', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('granted_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Operation',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('cell', models.CharField(max_length=20)),
                ('value', models.JSONField()),
                ('seen', models.PositiveIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=0)),
                ('outcome', models.CharField(max_length=8)),
                ('answer', models.JSONField(default=dict)),
                ('client_at', models.DateTimeField(null=True)),
                ('by', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('branch_month', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='months.branchmonth')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
            ],
            options={
                'indexes': [models.Index(fields=['branch_month', 'member', 'cell', '-at'], name='operation_cell')],
            },
        ),
    ]
