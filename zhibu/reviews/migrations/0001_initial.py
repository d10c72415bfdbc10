import django.db.models.deletion
import zhibu.core.db
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('members', '0001_initial'),
        ('organizations', '0002_paths_by_their_signs'),
    ]

    operations = [
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('result', models.CharField(max_length=8)),
                ('reason', zhibu.core.db.EncryptedTextField()),
                ('facts', models.JSONField(default=dict)),
                ('is_clear', models.BooleanField(default=True)),
                ('reviewed_on', models.DateField()),
                ('by', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
            ],
            options={
                'indexes': [models.Index(fields=['branch', 'year'], name='review_branch_year')],
                'constraints': [models.UniqueConstraint(fields=('member', 'year'), name='review_once_a_year')],
            },
        ),
        migrations.CreateModel(
            name='YearClose',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('census', models.JSONField(default=dict)),
                ('digest', models.CharField(max_length=64)),
                ('closed_on', models.DateField()),
                ('by', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'year'), name='year_closed_once')],
            },
        ),
    ]
