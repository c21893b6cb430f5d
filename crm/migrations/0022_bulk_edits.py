"""One change to many deals, and how far it is; behind the second wall."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0021_notes'),
        ('teams', '0009_country'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BulkEdit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('asked_at', models.DateTimeField()),
                ('asked', models.JSONField(default=dict)),
                ('deals', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('so_far', models.PositiveIntegerField(default=0)),
                ('changed', models.PositiveIntegerField(default=0)),
                ('refused', models.JSONField(default=list)),
                ('first_line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.logentry')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bulk_edits', to='teams.team')),
            ],
            options={
                'verbose_name': 'change of many deals',
                'verbose_name_plural': 'changes of many deals',
            },
        ),
        migrations.RunSQL(
            "SELECT kring_build_wall('crm_bulkedit');",
            "SELECT kring_tear_down_wall('crm_bulkedit');",
        ),
    ]
