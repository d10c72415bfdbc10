import django.db.models.deletion
import zhibu.core.db
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('certificates', '0001_initial'),
        ('members', '0001_initial'),
        ('organizations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('statement', zhibu.core.db.EncryptedTextField()),
                ('filed_on', models.DateField()),
                ('filed_by', models.CharField(max_length=40)),
                ('state', models.CharField(default='filed', max_length=10)),
                ('examiner', models.CharField(blank=True, max_length=40)),
                ('assigned_at', models.DateTimeField(null=True)),
                ('decided_on', models.DateField(null=True)),
                ('document', models.CharField(blank=True, max_length=80)),
                ('result', zhibu.core.db.EncryptedTextField()),
                ('at', models.DateTimeField()),
                ('event', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.membershipevent')),
                ('examiner_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('filed_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                ('withdrawal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='certificates.withdrawal')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['filed', 'assigned']), models.Q(('event', None), _negated=True)), fields=('event',), name='appeal_one_open_an_event'), models.UniqueConstraint(condition=models.Q(('state__in', ['filed', 'assigned']), models.Q(('withdrawal', None), _negated=True)), fields=('withdrawal',), name='appeal_one_open_a_withdrawal'), models.CheckConstraint(condition=models.Q(models.Q(('event', None), ('withdrawal__isnull', False)), models.Q(('event__isnull', False), ('withdrawal', None)), _connector='OR'), name='appeal_against_one_thing')],
            },
        ),
        migrations.CreateModel(
            name='Reward',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(max_length=12)),
                ('title', models.CharField(max_length=80)),
                ('awarded_on', models.DateField()),
                ('awarded_by', models.CharField(max_length=80)),
                ('document', models.CharField(blank=True, max_length=80)),
                ('posts', models.CharField(blank=True, max_length=120)),
                ('reversed_on', models.DateField(null=True)),
                ('reversed_reason', models.CharField(blank=True, max_length=200)),
                ('by', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('reversed_on', None)), fields=('member', 'title', 'awarded_on'), name='reward_once')],
            },
        ),
    ]
