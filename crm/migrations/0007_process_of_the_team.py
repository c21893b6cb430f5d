"""The team changes its process: stages and processes are archived, and ask for more."""

import django.contrib.postgres.fields
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0006_second_wall'),
        ('teams', '0007_second_wall'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='pipeline',
            name='one_pipeline_per_name',
        ),
        migrations.RemoveConstraint(
            model_name='stage',
            name='one_stage_per_name',
        ),
        migrations.AddField(
            model_name='pipeline',
            name='archived_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='pipeline',
            name='position',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='pipelinerevision',
            name='name',
            field=models.CharField(default='', max_length=80),
        ),
        migrations.AddField(
            model_name='stage',
            name='archived_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='stage',
            name='checklist',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list, size=None, verbose_name='checklist'),
        ),
        migrations.AddField(
            model_name='stage',
            name='required_fields',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None, verbose_name='needed to go on'),
        ),
        migrations.AddConstraint(
            model_name='pipeline',
            constraint=models.UniqueConstraint(models.F('team'), django.db.models.functions.text.Lower('name'), condition=models.Q(('archived_at__isnull', True)), name='one_living_pipeline_per_name'),
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.UniqueConstraint(models.F('pipeline'), django.db.models.functions.text.Lower('name'), condition=models.Q(('archived_at__isnull', True)), name='one_living_stage_per_name'),
        ),
    ]
