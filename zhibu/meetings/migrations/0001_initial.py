import django.db.models.deletion
import zhibu.core.db
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('members', '0001_initial'),
        ('organizations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=32)),
                ('month', models.PositiveIntegerField()),
                ('on', models.DateField()),
                ('time', models.TimeField(null=True)),
                ('place', models.CharField(blank=True, max_length=60)),
                ('title', models.CharField(max_length=80)),
                ('agenda', models.TextField(blank=True, max_length=2000)),
                ('chair', models.CharField(blank=True, max_length=40)),
                ('recorder', models.CharField(blank=True, max_length=40)),
                ('minutes', zhibu.core.db.EncryptedTextField()),
                ('group', models.CharField(blank=True, max_length=20)),
                ('state', models.CharField(default='planned', max_length=8)),
                ('should_attend', models.PositiveSmallIntegerField(default=0)),
                ('should_vote', models.PositiveSmallIntegerField(default=0)),
                ('study_tenths', models.PositiveSmallIntegerField(default=0)),
                ('by', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('held_at', models.DateTimeField(null=True)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['branch', 'month'], name='meeting_branch_month')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200)),
                ('owner_name', models.CharField(max_length=40)),
                ('due_on', models.DateField(null=True)),
                ('done_on', models.DateField(null=True)),
                ('result', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField(null=True)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='meetings.meeting')),
            ],
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(default='present', max_length=9)),
                ('reason', models.CharField(blank=True, max_length=100)),
                ('has_vote', models.BooleanField(default=True)),
                ('version', models.PositiveSmallIntegerField(default=0)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attendance', to='meetings.meeting')),
            ],
            options={
                'indexes': [models.Index(fields=['member'], name='attendance_member')],
                'constraints': [models.UniqueConstraint(fields=('meeting', 'member'), name='attendance_once')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('size', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('by', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='meetings.meeting')),
            ],
        ),
        migrations.CreateModel(
            name='Appraisal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('grade', models.CharField(blank=True, max_length=12)),
                ('opinion', zhibu.core.db.EncryptedTextField()),
                ('for_excellent', models.PositiveSmallIntegerField(null=True)),
                ('for_qualified', models.PositiveSmallIntegerField(null=True)),
                ('for_basic', models.PositiveSmallIntegerField(null=True)),
                ('for_unqualified', models.PositiveSmallIntegerField(null=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appraisals', to='meetings.meeting')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('member', 'year'), name='appraisal_once_a_year')],
            },
        ),
        migrations.CreateModel(
            name='MeetingsLock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.PositiveIntegerField()),
                ('locked_at', models.DateTimeField()),
                ('open_until', models.DateField(null=True)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('branch', 'month'), name='meetings_lock_once')],
            },
        ),
        migrations.CreateModel(
            name='VillageMatter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=80)),
                ('opened_on', models.DateField()),
                ('state', models.CharField(default='open', max_length=8)),
                ('by', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
        ),
        migrations.CreateModel(
            name='VillageStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('on', models.DateField()),
                ('present', models.PositiveSmallIntegerField(null=True)),
                ('should', models.PositiveSmallIntegerField(null=True)),
                ('ayes', models.PositiveSmallIntegerField(null=True)),
                ('place', models.CharField(blank=True, max_length=60)),
                ('until', models.DateField(null=True)),
                ('minutes', zhibu.core.db.EncryptedTextField()),
                ('by', models.CharField(max_length=40)),
                ('at', models.DateTimeField(null=True)),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='meetings.villagematter')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('matter', 'number'), name='village_step_once')],
            },
        ),
        migrations.CreateModel(
            name='VillageFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('size', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('by', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='meetings.villagestep')),
            ],
        ),
        migrations.CreateModel(
            name='Vote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('motion', models.CharField(max_length=200)),
                ('should', models.PositiveSmallIntegerField()),
                ('present', models.PositiveSmallIntegerField()),
                ('ayes', models.PositiveSmallIntegerField()),
                ('noes', models.PositiveSmallIntegerField()),
                ('abstained', models.PositiveSmallIntegerField()),
                ('admits', models.BooleanField(default=False)),
                ('written_ayes', models.PositiveSmallIntegerField(default=0)),
                ('written_noes', models.PositiveSmallIntegerField(default=0)),
                ('written_abstained', models.PositiveSmallIntegerField(default=0)),
                ('passed', models.BooleanField()),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='votes', to='meetings.meeting')),
            ],
        ),
    ]
