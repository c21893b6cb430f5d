"""How far jobs are with taking back a change of many deals; behind the second wall."""


import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0036_late_steps'),
        ('teams', '0013_hours_are_kept'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BulkUndo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('asked_at', models.DateTimeField()),
                ('so_far', models.PositiveIntegerField(default=0)),
                ('refused', models.JSONField(default=list)),
                ('undone', models.PositiveIntegerField(default=0)),
                ('edit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='undos', to='crm.bulkedit')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RunSQL(
            "SELECT kring_build_wall('crm_bulkundo');",
            "SELECT kring_tear_down_wall('crm_bulkundo');",
        ),
    ]
