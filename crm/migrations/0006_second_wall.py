"""What the database itself keeps: a team's customer process is shown to those it is opened for."""

from django.db import migrations

BUILD = """
SELECT kring_build_wall('crm_pipeline');
SELECT kring_build_wall('crm_pipelinerevision', 'pipeline_id', 'crm_pipeline');
SELECT kring_build_wall('crm_stage', 'pipeline_id', 'crm_pipeline');
SELECT kring_build_wall('crm_deal');
SELECT kring_build_wall('crm_stagevisit');
SELECT kring_build_wall('crm_dealnumbering');
"""

TEAR_DOWN = """
SELECT kring_tear_down_wall('crm_dealnumbering');
SELECT kring_tear_down_wall('crm_stagevisit');
SELECT kring_tear_down_wall('crm_deal');
SELECT kring_tear_down_wall('crm_stage');
SELECT kring_tear_down_wall('crm_pipelinerevision');
SELECT kring_tear_down_wall('crm_pipeline');
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0005_fewer_indexes"), ("teams", "0007_second_wall")]

    operations = [migrations.RunSQL(BUILD, TEAR_DOWN)]
