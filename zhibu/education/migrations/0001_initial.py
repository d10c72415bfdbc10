import django.db.models.deletion
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
            name='StudyLock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('locked_at', models.DateTimeField()),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('branch', 'year'), name='study_lock_once')],
            },
        ),
        migrations.CreateModel(
            name='StudyRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('mode', models.CharField(max_length=20)),
                ('subject', models.CharField(max_length=80)),
                ('on', models.DateField()),
                ('days', models.PositiveSmallIntegerField(default=1)),
                ('tenths', models.SmallIntegerField()),
                ('evidence', models.CharField(max_length=200)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('operation', models.UUIDField()),
                ('recorder', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                ('recorder_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversal', to='education.studyrecord')),
            ],
            options={
                'indexes': [models.Index(fields=['branch', 'year'], name='study_branch_year'), models.Index(fields=['member', 'year'], name='study_member_year')],
                'constraints': [models.UniqueConstraint(fields=('operation', 'member'), name='study_once_an_operation'), models.CheckConstraint(condition=models.Q(models.Q(('reverses', None), ('tenths__gt', 0)), models.Q(('reverses__isnull', False), ('tenths__lt', 0)), _connector='OR'), name='study_reversal_is_negative')],
            },
        ),
    ]
