"""From which decision something comes that the team changed, behind the second wall."""

import django.db.models.deletion
from django.db import migrations, models

WITHIN = """
ALTER TABLE debates_experiment ADD CONSTRAINT experiment_within_team UNIQUE (team_id, id);
ALTER TABLE crm_pipelinerevision ADD CONSTRAINT revision_within_pipeline UNIQUE (pipeline_id, id);
ALTER TABLE debates_origin ADD CONSTRAINT origin_is_the_teams
    FOREIGN KEY (team_id, experiment_id) REFERENCES debates_experiment (team_id, id) DEFERRABLE;
ALTER TABLE debates_origin ADD CONSTRAINT process_of_an_origin_is_the_teams
    FOREIGN KEY (team_id, pipeline_id) REFERENCES crm_pipeline (team_id, id) DEFERRABLE;
ALTER TABLE debates_origin ADD CONSTRAINT version_of_an_origin_is_of_its_process
    FOREIGN KEY (pipeline_id, revision_id) REFERENCES crm_pipelinerevision (pipeline_id, id) DEFERRABLE;
ALTER TABLE debates_origin ADD CONSTRAINT procedure_of_an_origin_is_the_teams
    FOREIGN KEY (team_id, procedure_id) REFERENCES agreements_procedure (team_id, id) DEFERRABLE;
"""
# The table takes its own keys along.
ANYWHERE = """
ALTER TABLE debates_origin DROP CONSTRAINT origin_is_the_teams;
ALTER TABLE debates_origin DROP CONSTRAINT version_of_an_origin_is_of_its_process;
ALTER TABLE crm_pipelinerevision DROP CONSTRAINT revision_within_pipeline;
ALTER TABLE debates_experiment DROP CONSTRAINT experiment_within_team;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0009_every_clock_has_its_job'),
        ('crm', '0044_few_visits_at_a_time'),
        ('debates', '0004_arguments_by_point'),
        ('teams', '0015_mail_with_pictures'),
    ]

    operations = [
        migrations.CreateModel(
            name='Origin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('named_at', models.DateTimeField()),
                ('over_at', models.DateTimeField(null=True)),
                ('experiment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='brought', to='debates.experiment')),
                ('pipeline', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.pipeline')),
                ('procedure', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.procedure')),
                ('revision', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.pipelinerevision')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('over_at', None)), fields=('procedure',), name='a_procedure_comes_of_one_decision'), models.CheckConstraint(condition=models.Q(models.Q(('over_at', None), ('pipeline__isnull', False), ('procedure', None), ('revision__isnull', False)), models.Q(('pipeline', None), ('procedure__isnull', False), ('revision', None)), _connector='OR'), name='an_origin_is_of_one_change')],
            },
        ),
        migrations.RunSQL(WITHIN, ANYWHERE),
        migrations.RunSQL(
            "SELECT kring_build_wall('debates_origin')",
            "SELECT kring_tear_down_wall('debates_origin')",
        ),
    ]
