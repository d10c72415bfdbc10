from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('policy', models.CharField(max_length=60)),
                ('number', models.PositiveIntegerField()),
                ('values', models.JSONField()),
                ('effective_from', models.DateField()),
                ('state', models.CharField(default='draft', max_length=12)),
                ('reason', models.CharField(blank=True, max_length=400)),
                ('returned_because', models.CharField(blank=True, max_length=400)),
                ('drafted_by', models.BigIntegerField(null=True)),
                ('drafted_by_name', models.CharField(blank=True, max_length=40)),
                ('drafted_at', models.DateTimeField()),
                ('published_by', models.BigIntegerField(null=True)),
                ('published_by_name', models.CharField(blank=True, max_length=40)),
                ('published_at', models.DateTimeField(null=True)),
                ('confirmed_by', models.BigIntegerField(null=True)),
                ('confirmed_by_name', models.CharField(blank=True, max_length=40)),
                ('confirmed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('policy', 'number'), name='policy_version_numbered_once'), models.UniqueConstraint(condition=models.Q(('state', 'confirmed')), fields=('policy', 'effective_from'), name='policy_version_one_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_by', models.F('published_by')), _negated=True), ('confirmed_by', None), _connector='OR'), name='policy_version_confirmed_by_another')],
            },
        ),
    ]
