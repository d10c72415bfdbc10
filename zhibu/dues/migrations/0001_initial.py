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
            name='FirstMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.PositiveIntegerField()),
                ('came', models.PositiveIntegerField(default=0)),
                ('by', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
            ],
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('number', models.PositiveIntegerField()),
                ('issued_on', models.DateField()),
                ('by', models.CharField(max_length=40)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('branch', 'year', 'number'), name='receipt_numbered_once')],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.PositiveIntegerField()),
                ('amount', models.IntegerField()),
                ('extra', models.IntegerField(default=0)),
                ('large', models.BooleanField(default=False)),
                ('paid_on', models.DateField()),
                ('channel', models.CharField(default='cash', max_length=8)),
                ('payer', models.CharField(blank=True, max_length=40)),
                ('receiver', models.CharField(max_length=40)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('operation', models.UUIDField(unique=True)),
                ('by', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dues.payment')),
                ('receipt', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='dues.receipt')),
            ],
            options={
                'indexes': [models.Index(fields=['branch', 'month'], name='payment_branch_month'), models.Index(fields=['member', 'month'], name='payment_member_month')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('amount', 0), _negated=True), models.Q(('extra', 0), _negated=True), _connector='OR'), name='payment_of_something')],
            },
        ),
        migrations.CreateModel(
            name='ReceiptCounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('branch', 'year'), name='receipt_counter_once_a_year')],
            },
        ),
        migrations.CreateModel(
            name='Relief',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=8)),
                ('amount', models.PositiveIntegerField(default=0)),
                ('from_month', models.PositiveIntegerField()),
                ('until_month', models.PositiveIntegerField()),
                ('grounds', zhibu.core.db.EncryptedTextField()),
                ('requested_on', models.DateField()),
                ('resolved_on', models.DateField()),
                ('state', models.CharField(default='proposed', max_length=10)),
                ('proposed_by', models.CharField(max_length=40)),
                ('settled_by', models.CharField(blank=True, max_length=40)),
                ('settled_on', models.DateField(null=True)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField()),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                ('proposed_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('until_month__gt', models.F('from_month'))), name='relief_lasts')],
            },
        ),
        migrations.CreateModel(
            name='Remittance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_month', models.PositiveIntegerField()),
                ('until_month', models.PositiveIntegerField()),
                ('collected', models.PositiveIntegerField()),
                ('amount', models.PositiveIntegerField()),
                ('kept', models.PositiveIntegerField(default=0)),
                ('arrived', models.PositiveIntegerField(null=True)),
                ('state', models.CharField(default='sent', max_length=10)),
                ('sent_on', models.DateField()),
                ('sent_by', models.CharField(max_length=40)),
                ('settled_on', models.DateField(null=True)),
                ('settled_by', models.CharField(blank=True, max_length=40)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('parts', models.JSONField(default=list)),
                ('at', models.DateTimeField()),
                ('from_organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('sent_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('to_organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('from_organization', 'from_month'), name='remittance_once_a_period')],
            },
        ),
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_month', models.PositiveIntegerField()),
                ('category', models.CharField(max_length=20)),
                ('base', zhibu.core.db.EncryptedTextField()),
                ('amount', models.PositiveIntegerField()),
                ('schedule', models.CharField(max_length=40)),
                ('state', models.CharField(default='in_force', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('by', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'in_force')), fields=('member', 'from_month'), name='assessment_one_a_month')],
            },
        ),
        migrations.CreateModel(
            name='Due',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.PositiveIntegerField()),
                ('kind', models.CharField(default='due', max_length=8)),
                ('amount', models.PositiveIntegerField(default=0)),
                ('by_quarter', models.BooleanField(default=False)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
            ],
            options={
                'indexes': [models.Index(fields=['branch', 'month'], name='due_branch_month')],
                'constraints': [models.UniqueConstraint(fields=('member', 'month'), name='due_once_a_month')],
            },
        ),
        migrations.CreateModel(
            name='DuesLock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.PositiveIntegerField()),
                ('locked_at', models.DateTimeField()),
                ('open_until', models.DateField(null=True)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('branch', 'month'), name='dues_lock_once')],
            },
        ),
        migrations.CreateModel(
            name='QuarterDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_month', models.PositiveIntegerField()),
                ('allowed', models.BooleanField()),
                ('decided_on', models.DateField()),
                ('reason', models.CharField(max_length=200)),
                ('carried', models.BooleanField(default=False)),
                ('by', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
            ],
            options={
                'indexes': [models.Index(fields=['member', 'from_month'], name='quarter_decision_member')],
            },
        ),
    ]
