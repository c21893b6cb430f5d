"""Rules that give a deal a source, and values in the team's own fields."""

import django.db.models.deletion
from django.db import migrations, models

ONE_TEAM = """
ALTER TABLE crm_rule ADD CONSTRAINT source_of_a_rule_is_the_teams
    FOREIGN KEY (team_id, source_id) REFERENCES crm_source (team_id, id) DEFERRABLE;
"""
ONE_TEAM_UNDONE = "ALTER TABLE crm_rule DROP CONSTRAINT source_of_a_rule_is_the_teams;"


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0037_bulk_undos'),
        ('teams', '0013_hours_are_kept'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='rule',
            name='rule_does_something',
        ),
        migrations.AddField(
            model_name='rule',
            name='custom',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='rule',
            name='source',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.source'),
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('activity_title', ''), _negated=True), ('tag__isnull', False), ('source__isnull', False), models.Q(('custom', {}), _negated=True), ('mails', True), _connector='OR'), name='rule_does_something'),
        ),
        migrations.RunSQL(ONE_TEAM, ONE_TEAM_UNDONE),
    ]
