import django.db.models.deletion
import zhibu.core.db
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
            name='Inspection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(default='quarterly', max_length=10)),
                ('quarter', models.PositiveIntegerField()),
                ('seed', models.CharField(max_length=32)),
                ('rule', models.JSONField(default=dict)),
                ('population', models.JSONField(default=list)),
                ('state', models.CharField(default='drawn', max_length=6)),
                ('drawn_by', models.CharField(max_length=40)),
                ('drawn_at', models.DateTimeField()),
                ('done_by', models.CharField(blank=True, max_length=40)),
                ('done_on', models.DateField(null=True)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('drawn_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'quarterly')), fields=('organization', 'quarter'), name='inspection_once_a_quarter')],
            },
        ),
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(default='random', max_length=20)),
                ('state', models.CharField(default='waiting', max_length=12)),
                ('checked_on', models.DateField(null=True)),
                ('checked_by', models.CharField(blank=True, max_length=40)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('inspection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='samples', to='inspections.inspection')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
            ],
            options={
                'indexes': [models.Index(fields=['branch', 'state', 'checked_on'], name='sample_branch_checked')],
                'constraints': [models.UniqueConstraint(fields=('inspection', 'member'), name='sample_once'), models.UniqueConstraint(condition=models.Q(('member', None)), fields=('inspection',), name='sample_one_of_the_organization')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(max_length=20)),
                ('text', zhibu.core.db.EncryptedTextField()),
                ('owner', models.CharField(max_length=40)),
                ('due_on', models.DateField()),
                ('first_due_on', models.DateField(null=True)),
                ('extensions', models.PositiveSmallIntegerField(default=0)),
                ('extending', zhibu.core.db.EncryptedTextField()),
                ('state', models.CharField(default='open', max_length=8)),
                ('opened_by', models.CharField(max_length=40)),
                ('opened_at', models.DateTimeField()),
                ('mended_on', models.DateField(null=True)),
                ('mended_by', models.CharField(blank=True, max_length=40)),
                ('mending', zhibu.core.db.EncryptedTextField()),
                ('closed_on', models.DateField(null=True)),
                ('closed_by', models.CharField(blank=True, max_length=40)),
                ('recheck', zhibu.core.db.EncryptedTextField()),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('due_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                ('mended_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('inspection', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='inspections.inspection')),
                ('sample', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inspections.sample')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'due_on'], name='finding_state_due')],
            },
        ),
        migrations.CreateModel(
            name='SampleItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(max_length=20)),
                ('system_value', models.CharField(max_length=120)),
                ('agrees', models.BooleanField(null=True)),
                ('paper_value', models.CharField(blank=True, max_length=120)),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='inspections.sample')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('sample', 'item'), name='sample_item_once')],
            },
        ),
    ]
