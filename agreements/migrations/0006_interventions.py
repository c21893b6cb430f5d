"""The log of interventions: written once, behind the second wall, with signals of the same team."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# A signal that is named somewhere is one of the same team.
OF_THE_TEAM = """
ALTER TABLE dashboards_signal ADD CONSTRAINT signal_within_team UNIQUE (team_id, id);
ALTER TABLE agreements_intervention ADD CONSTRAINT signal_behind_it_is_the_teams
    FOREIGN KEY (team_id, signal_id) REFERENCES dashboards_signal (team_id, id) DEFERRABLE;
"""
OF_ANY_TEAM = """
ALTER TABLE agreements_intervention DROP CONSTRAINT signal_behind_it_is_the_teams;
ALTER TABLE dashboards_signal DROP CONSTRAINT signal_within_team;
"""
KEEP = """
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON agreements_intervention
    FOR EACH ROW EXECUTE FUNCTION kring_written_once();
"""
LET_GO = "DROP TRIGGER written_once ON agreements_intervention;"


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0005_burials'),
        ('dashboards', '0011_choices'),
        ('teams', '0015_mail_with_pictures'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Intervention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('law', 'the law'), ('safety', 'somebody’s safety'), ('harassment', 'harassment'), ('money', 'money above the frame')], max_length=12)),
                ('words', models.CharField(max_length=1000)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interventions', to=settings.AUTH_USER_MODEL)),
                ('signal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dashboards.signal')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='interventions', to='teams.team')),
            ],
            options={
                'indexes': [models.Index(fields=['team', '-at', '-id'], name='interventions_of_a_team')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason__in', ['law', 'safety', 'harassment', 'money'])), name='reason_of_an_intervention_is_known'), models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='an_intervention_says_what_was_done')],
            },
        ),
        migrations.RunSQL(OF_THE_TEAM, OF_ANY_TEAM),
        migrations.RunSQL(KEEP, LET_GO),
        migrations.RunSQL(
            "SELECT kring_build_wall('agreements_intervention')",
            "SELECT kring_tear_down_wall('agreements_intervention')",
        ),
    ]
