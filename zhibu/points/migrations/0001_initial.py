import django.db.models.deletion
import zhibu.core.db
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('members', '0001_initial'),
        ('organizations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.PositiveIntegerField()),
                ('item', models.CharField(max_length=4)),
                ('tenths', models.SmallIntegerField()),
                ('fact_on', models.DateField()),
                ('evidence', models.CharField(blank=True, max_length=200)),
                ('source', models.CharField(default='manual', max_length=8)),
                ('source_key', models.CharField(max_length=60, null=True, unique=True)),
                ('state', models.CharField(default='proposed', max_length=8)),
                ('recorder', models.CharField(max_length=40)),
                ('approver', models.CharField(blank=True, max_length=40)),
                ('approved_at', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('operation', models.UUIDField(null=True, unique=True)),
                ('at', models.DateTimeField()),
                ('approver_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                ('recorder_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='points.entry')),
            ],
            options={
                'indexes': [models.Index(fields=['branch', 'month'], name='points_branch_month'), models.Index(fields=['member', 'month'], name='points_member_month')],
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', zhibu.core.db.EncryptedTextField()),
                ('filed_on', models.DateField()),
                ('filed_by', models.CharField(max_length=40)),
                ('state', models.CharField(default='filed', max_length=8)),
                ('result', zhibu.core.db.EncryptedTextField()),
                ('settled_by', models.CharField(blank=True, max_length=40)),
                ('settled_on', models.DateField(null=True)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='points.entry')),
                ('filed_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                ('settled_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'filed')), fields=('entry',), name='points_objection_one_open')],
            },
        ),
        migrations.CreateModel(
            name='PointsLock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.PositiveIntegerField()),
                ('locked_at', models.DateTimeField()),
                ('open_until', models.DateField(null=True)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('branch', 'month'), name='points_lock_once')],
            },
        ),
        migrations.CreateModel(
            name='Publicity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.PositiveIntegerField()),
                ('published_on', models.DateField()),
                ('until', models.DateField()),
                ('by', models.CharField(max_length=40)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('branch', 'month'), name='publicity_once_a_month')],
            },
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('member_class', models.CharField(default='A', max_length=1)),
                ('base', models.PositiveSmallIntegerField()),
                ('class_reason', models.CharField(blank=True, max_length=100)),
                ('class_history', models.JSONField(default=list)),
                ('closed_on', models.DateField(null=True)),
                ('total', models.PositiveSmallIntegerField(null=True)),
                ('grade', models.CharField(blank=True, max_length=12)),
                ('veto', models.BooleanField(default=False)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('member', 'year'), name='points_account_once_a_year')],
            },
        ),
    ]
