import django.db.models.deletion
import zhibu.core.db
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('certificates', '0001_initial'),
        ('inspections', '0001_initial'),
        ('members', '0001_initial'),
        ('organizations', '0002_paths_by_their_signs'),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('responsible', models.CharField(blank=True, max_length=40)),
                ('trigger', models.CharField(max_length=14)),
                ('origin', models.CharField(default='hand', max_length=10)),
                ('facts', zhibu.core.db.EncryptedTextField()),
                ('statement', zhibu.core.db.EncryptedTextField()),
                ('objection', zhibu.core.db.EncryptedTextField()),
                ('state', models.CharField(default='open', max_length=10)),
                ('deadline', models.DateField(null=True)),
                ('opened_on', models.DateField()),
                ('opened_by', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('outcome', models.CharField(blank=True, max_length=14)),
                ('decided_on', models.DateField(null=True)),
                ('decided_by', models.CharField(blank=True, max_length=40)),
                ('decision', zhibu.core.db.EncryptedTextField()),
                ('decided_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('finding', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inspections.finding')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                ('opened_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('withdrawal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='certificates.withdrawal')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), models.Q(('member', None), _negated=True)), fields=('member', 'trigger'), name='case_one_open_a_trigger')],
            },
        ),
        migrations.CreateModel(
            name='CaseStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('on', models.DateField()),
                ('text', zhibu.core.db.EncryptedTextField()),
                ('by', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('by_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='accountability.case')),
            ],
        ),
    ]
