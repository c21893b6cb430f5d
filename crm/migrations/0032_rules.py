"""Rules: what the team lets happen by itself, and for which deals that was done."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

ONE_TEAM = """
ALTER TABLE crm_rule ADD CONSTRAINT rule_within_team UNIQUE (team_id, id);
ALTER TABLE crm_rule ADD CONSTRAINT tag_of_a_rule_is_the_teams
    FOREIGN KEY (team_id, tag_id) REFERENCES crm_tag (team_id, id) DEFERRABLE;
ALTER TABLE crm_rulerun ADD CONSTRAINT rule_that_ran_is_the_teams
    FOREIGN KEY (team_id, rule_id) REFERENCES crm_rule (team_id, id) DEFERRABLE;
ALTER TABLE crm_rulerun ADD CONSTRAINT deal_of_a_run_is_the_teams
    FOREIGN KEY (team_id, deal_id) REFERENCES crm_deal (team_id, id) ON DELETE CASCADE DEFERRABLE;
SELECT kring_build_wall('crm_rule');
SELECT kring_build_wall('crm_rulerun');
"""

ONE_TEAM_UNDONE = """
SELECT kring_tear_down_wall('crm_rulerun');
SELECT kring_tear_down_wall('crm_rule');
ALTER TABLE crm_rulerun DROP CONSTRAINT deal_of_a_run_is_the_teams;
ALTER TABLE crm_rulerun DROP CONSTRAINT rule_that_ran_is_the_teams;
ALTER TABLE crm_rule DROP CONSTRAINT tag_of_a_rule_is_the_teams;
ALTER TABLE crm_rule DROP CONSTRAINT rule_within_team;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0031_retention'),
        ('teams', '0013_hours_are_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('trigger', models.CharField(choices=[('created', 'A deal is new'), ('moved', 'A deal comes into a stage'), ('aged', 'A deal stands in a stage for so many days')], max_length=10)),
                ('days', models.PositiveSmallIntegerField(null=True)),
                ('conditions', models.JSONField(default=list)),
                ('activity_title', models.CharField(blank=True, max_length=120)),
                ('activity_kind', models.CharField(choices=[('call', 'Call'), ('mail', 'Mail'), ('meeting', 'Meeting'), ('task', 'Task'), ('visit', 'Visit')], default='task', max_length=10)),
                ('activity_in_days', models.PositiveSmallIntegerField(default=0)),
                ('mails', models.BooleanField(default=False)),
                ('on_since', models.DateTimeField(null=True)),
                ('stage', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.stage')),
                ('tag', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.tag')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='teams.team')),
            ],
            options={
                'verbose_name': 'rule',
                'verbose_name_plural': 'rules',
            },
        ),
        migrations.CreateModel(
            name='RuleRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visit', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('deal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='crm.deal')),
                ('rule', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='crm.rule')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
        ),
        migrations.AddIndex(
            model_name='rule',
            index=models.Index(condition=models.Q(('on_since__isnull', False)), fields=['team', 'trigger'], name='rules_at_work'),
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.UniqueConstraint(models.F('team'), django.db.models.functions.text.Lower('name'), name='one_rule_of_a_name_in_a_team'),
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='rule_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.CheckConstraint(condition=models.Q(('trigger__in', ['created', 'moved', 'aged'])), name='rule_trigger_is_known'),
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('days__range', (1, 365)), ('trigger', 'aged')), models.Q(models.Q(('trigger', 'aged'), _negated=True), ('days__isnull', True)), _connector='OR'), name='who_waits_waits_for_days'),
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('activity_title', ''), _negated=True), ('tag__isnull', False), ('mails', True), _connector='OR'), name='rule_does_something'),
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.CheckConstraint(condition=models.Q(('activity_kind__in', ['call', 'mail', 'meeting', 'task', 'visit'])), name='rule_plans_a_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.CheckConstraint(condition=models.Q(('activity_in_days__lte', 365)), name='rule_plans_within_a_year'),
        ),
        migrations.AddIndex(
            model_name='rulerun',
            index=models.Index(fields=['rule', '-at'], name='runs_of_a_rule'),
        ),
        migrations.AddConstraint(
            model_name='rulerun',
            constraint=models.UniqueConstraint(fields=('rule', 'deal', 'visit'), name='a_rule_works_once_for_each_stay'),
        ),
        migrations.RunSQL(ONE_TEAM, ONE_TEAM_UNDONE),
    ]
