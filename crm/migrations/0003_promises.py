"""What the database itself keeps: a deal, its process, its stage and its visits are one team's."""

from django.db import migrations

ONE_TEAM = """
ALTER TABLE crm_pipeline ADD CONSTRAINT pipeline_within_team UNIQUE (team_id, id);
ALTER TABLE crm_deal ADD CONSTRAINT deal_within_team UNIQUE (team_id, id);
ALTER TABLE crm_deal ADD CONSTRAINT pipeline_is_the_teams
    FOREIGN KEY (team_id, pipeline_id) REFERENCES crm_pipeline (team_id, id) DEFERRABLE;
ALTER TABLE crm_deal ADD CONSTRAINT stage_is_the_pipelines
    FOREIGN KEY (pipeline_id, stage_id) REFERENCES crm_stage (pipeline_id, id) DEFERRABLE;
ALTER TABLE crm_stagevisit ADD CONSTRAINT visit_is_the_teams
    FOREIGN KEY (team_id, deal_id) REFERENCES crm_deal (team_id, id) ON DELETE CASCADE DEFERRABLE;
"""

ONE_TEAM_UNDONE = """
ALTER TABLE crm_stagevisit DROP CONSTRAINT visit_is_the_teams;
ALTER TABLE crm_deal DROP CONSTRAINT stage_is_the_pipelines;
ALTER TABLE crm_deal DROP CONSTRAINT pipeline_is_the_teams;
ALTER TABLE crm_deal DROP CONSTRAINT deal_within_team;
ALTER TABLE crm_pipeline DROP CONSTRAINT pipeline_within_team;
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0002_first"), ("teams", "0002_promises")]

    operations = [
        migrations.RunSQL(ONE_TEAM, ONE_TEAM_UNDONE),
        migrations.RunSQL(
            "CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON crm_pipelinerevision"
            " FOR EACH ROW EXECUTE FUNCTION kring_written_once();",
            "DROP TRIGGER written_once ON crm_pipelinerevision;",
        ),
    ]
