"""Roles of a team, who is proposed for them and who holds them: behind the second wall."""

import datetime
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

BUILD = """
ALTER TABLE teams_role ADD CONSTRAINT role_within_team UNIQUE (team_id, id);
ALTER TABLE teams_nomination ADD CONSTRAINT nomination_within_team UNIQUE (team_id, id);
ALTER TABLE teams_nomination ADD CONSTRAINT nomination_for_a_role_of_the_team
    FOREIGN KEY (team_id, role_id) REFERENCES teams_role (team_id, id) DEFERRABLE;
ALTER TABLE teams_nominationvoice ADD CONSTRAINT nomination_voice_is_the_teams
    FOREIGN KEY (team_id, nomination_id) REFERENCES teams_nomination (team_id, id) DEFERRABLE;
CREATE TRIGGER words_stay BEFORE UPDATE OR DELETE ON teams_role
    FOR EACH ROW EXECUTE FUNCTION kring_words_stay('closed_at', 'closed_why');
CREATE TRIGGER stays_closed BEFORE UPDATE ON teams_role
    FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION kring_written_once();
CREATE TRIGGER words_stay BEFORE UPDATE OR DELETE ON teams_nomination
    FOR EACH ROW EXECUTE FUNCTION
    kring_words_stay('state', 'agreed_on', 'ended_why', 'held_until', 'over_on');
CREATE TRIGGER stays_over BEFORE UPDATE ON teams_nomination
    FOR EACH ROW WHEN (OLD.state NOT IN ('proposed', 'active'))
    EXECUTE FUNCTION kring_written_once();
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON teams_nominationvoice
    FOR EACH ROW EXECUTE FUNCTION kring_written_once();
SELECT kring_build_wall('teams_role');
SELECT kring_build_wall('teams_nomination');
SELECT kring_build_wall('teams_nominationvoice');
"""

TEAR_DOWN = """
SELECT kring_tear_down_wall('teams_nominationvoice');
SELECT kring_tear_down_wall('teams_nomination');
SELECT kring_tear_down_wall('teams_role');
DROP TRIGGER written_once ON teams_nominationvoice;
DROP TRIGGER stays_over ON teams_nomination;
DROP TRIGGER words_stay ON teams_nomination;
DROP TRIGGER stays_closed ON teams_role;
DROP TRIGGER words_stay ON teams_role;
ALTER TABLE teams_nominationvoice DROP CONSTRAINT nomination_voice_is_the_teams;
ALTER TABLE teams_nomination DROP CONSTRAINT nomination_for_a_role_of_the_team;
ALTER TABLE teams_nomination DROP CONSTRAINT nomination_within_team;
ALTER TABLE teams_role DROP CONSTRAINT role_within_team;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('teams', '0017_held_of_a_person'),
    ]

    operations = [
        migrations.CreateModel(
            name='Role',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('purpose', models.CharField(max_length=300)),
                ('accountabilities', models.TextField(max_length=2000)),
                ('begun_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_why', models.CharField(blank=True, default='', max_length=300)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='roles', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='Nomination',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer_by', models.DateField()),
                ('agreed_on', models.DateField(null=True)),
                ('ended_why', models.CharField(blank=True, default='', max_length=300)),
                ('months', models.PositiveSmallIntegerField()),
                ('why', models.CharField(max_length=300)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('active', 'Held'), ('over', 'Over'), ('dropped', 'Dropped'), ('lapsed', 'Not agreed: too few of us answered')], max_length=10)),
                ('held_until', models.DateField(null=True)),
                ('over_on', models.DateField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
                ('role', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='nominations', to='teams.role')),
            ],
        ),
        migrations.CreateModel(
            name='NominationVoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('says', models.CharField(choices=[('consents', 'consents'), ('objects', 'objects')], max_length=8)),
                ('why', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('nomination', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='voices', to='teams.nomination')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('nomination', 'person'), name='somebody_answers_a_nomination_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='role',
            constraint=models.UniqueConstraint(models.F('team'), django.db.models.functions.text.Lower('name'), condition=models.Q(('closed_at', None)), name='one_role_of_a_name'),
        ),
        migrations.AddConstraint(
            model_name='role',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('purpose', ''), _negated=True), models.Q(('accountabilities', ''), _negated=True)), name='a_role_says_what_it_looks_after'),
        ),
        migrations.AddConstraint(
            model_name='role',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_why', '')), models.Q(models.Q(('closed_why', ''), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='a_closed_role_has_a_reason'),
        ),
        migrations.AddIndex(
            model_name='nomination',
            index=models.Index(fields=['role', 'state'], name='nominations_for_a_role'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('role',), name='one_is_proposed_for_a_role'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('role',), name='one_holds_a_role'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.CheckConstraint(condition=models.Q(('months__gte', 1), ('months__lte', 12)), name='a_role_is_for_a_year_at_most'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.CheckConstraint(condition=models.Q(('held_until__isnull', True), ('held_until__lte', django.db.models.expressions.CombinedExpression(models.F('agreed_on'), '+', models.Value(datetime.timedelta(days=366)))), _connector='OR'), name='a_role_is_held_for_a_year_at_most'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed_on__isnull', False), ('held_until__isnull', False), ('state__in', ['active', 'over'])), models.Q(models.Q(('state__in', ['active', 'over']), _negated=True), ('agreed_on', None), ('held_until', None)), _connector='OR'), name='a_role_is_held_since_a_day'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('over_on__isnull', False), ('state', 'over')), models.Q(models.Q(('state', 'over'), _negated=True), ('over_on', None)), _connector='OR'), name='a_role_is_over_on_a_day'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('ended_why', ''), _negated=True), ('state', 'dropped')), models.Q(models.Q(('state', 'dropped'), _negated=True), ('ended_why', '')), _connector='OR'), name='a_dropped_nomination_has_a_reason'),
        ),
        migrations.RunSQL(BUILD, TEAR_DOWN),
    ]
