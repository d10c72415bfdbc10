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
            name='Floating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('direction', models.CharField(max_length=4)),
                ('name', models.CharField(blank=True, max_length=40)),
                ('home', models.CharField(blank=True, max_length=80)),
                ('from_date', models.DateField()),
                ('until', models.DateField(null=True)),
                ('destination', models.CharField(max_length=80)),
                ('host', models.CharField(blank=True, max_length=80)),
                ('contact_person', models.CharField(max_length=40)),
                ('phone', zhibu.core.db.EncryptedTextField()),
                ('rhythm_months', models.PositiveSmallIntegerField(default=3)),
                ('next_due', models.DateField(null=True)),
                ('expected_months', models.PositiveSmallIntegerField(null=True)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('by', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('ended_by', models.CharField(blank=True, max_length=40)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
            ],
            options={
                'indexes': [models.Index(fields=['until', 'next_due'], name='floating_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None), models.Q(('member', None), _negated=True)), fields=('member', 'direction'), name='floating_one_open_each_way')],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('way', models.CharField(max_length=10)),
                ('who', models.CharField(max_length=40)),
                ('note', zhibu.core.db.EncryptedTextField()),
                ('by', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('floating', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='mobility.floating')),
            ],
        ),
        migrations.CreateModel(
            name='LetterCounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'year'), name='letter_counter_once_a_year')],
            },
        ),
        migrations.CreateModel(
            name='LostContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last_contact_on', models.DateField()),
                ('last_contact_note', zhibu.core.db.EncryptedTextField()),
                ('state', models.CharField(default='searching', max_length=10)),
                ('opened_by', models.CharField(max_length=40)),
                ('opened_at', models.DateTimeField()),
                ('closed_on', models.DateField(null=True)),
                ('closed_by', models.CharField(blank=True, max_length=40)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_on', None)), fields=('member',), name='lost_contact_one_open')],
            },
        ),
        migrations.CreateModel(
            name='Search',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('way', models.CharField(max_length=10)),
                ('who', models.CharField(max_length=40)),
                ('result', zhibu.core.db.EncryptedTextField()),
                ('by', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='searches', to='mobility.lostcontact')),
            ],
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('direction', models.CharField(max_length=6)),
                ('outside', models.CharField(blank=True, max_length=80)),
                ('reason', models.CharField(max_length=200)),
                ('state', models.CharField(default='requested', max_length=10)),
                ('requested_on', models.DateField()),
                ('requested_by', models.CharField(max_length=40)),
                ('agreed_on', models.DateField(null=True)),
                ('agreed_by', models.CharField(blank=True, max_length=40)),
                ('dues_paid_to', models.CharField(blank=True, max_length=7)),
                ('letter_year', models.PositiveSmallIntegerField(null=True)),
                ('letter_number', models.PositiveIntegerField(null=True)),
                ('letter_text', models.CharField(blank=True, max_length=40)),
                ('issued_on', models.DateField(null=True)),
                ('issued_by', models.CharField(blank=True, max_length=40)),
                ('valid_until', models.DateField(null=True)),
                ('received_on', models.DateField(null=True)),
                ('received_by', models.CharField(blank=True, max_length=40)),
                ('canceled_on', models.DateField(null=True)),
                ('canceled_by', models.CharField(blank=True, max_length=40)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('old_number', models.CharField(blank=True, max_length=40)),
                ('at', models.DateTimeField()),
                ('agreed_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('event', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.membershipevent')),
                ('from_branch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('issued_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('issuer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                ('requested_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('to_branch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'valid_until'], name='transfer_state_valid'), models.Index(fields=['from_branch', 'state'], name='transfer_from_state'), models.Index(fields=['to_branch', 'state'], name='transfer_to_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['requested', 'agreed', 'issued'])), fields=('member',), name='transfer_one_open'), models.UniqueConstraint(condition=models.Q(('letter_number', None), _negated=True), fields=('issuer', 'letter_year', 'letter_number'), name='transfer_letter_numbered_once')],
            },
        ),
    ]
