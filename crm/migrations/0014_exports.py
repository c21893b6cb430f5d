"""Files of the deals that somebody asked for; behind the second wall."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0013_checklist_at_work'),
        ('teams', '0008_sent_once'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('csv', 'CSV'), ('xlsx', 'Excel'), ('json', 'JSON')], max_length=10)),
                ('filter', models.JSONField(default=list)),
                ('sort', models.CharField(max_length=30)),
                ('asked_at', models.DateTimeField()),
                ('file', models.FileField(blank=True, max_length=200, upload_to='')),
                ('rows', models.PositiveIntegerField(default=0)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='teams.team')),
            ],
            options={
                'verbose_name': 'export',
                'verbose_name_plural': 'exports',
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['csv', 'xlsx', 'json'])), name='export_kind_is_known')],
            },
        ),
        migrations.RunSQL(
            "SELECT kring_build_wall('crm_export');",
            "SELECT kring_tear_down_wall('crm_export');",
        ),
    ]
