"""How a team divides, who goes along and what all say to it: behind the second wall."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BUILD = """
CREATE FUNCTION kring_division_is_planned() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    plan bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.division_id ELSE NEW.division_id END;
    how text;
BEGIN
    SELECT state INTO how FROM teams_division WHERE id = plan FOR UPDATE;
    -- What is not seen here is of another team, and the wall refuses it.
    IF how <> 'planned' THEN
        RAISE EXCEPTION 'what lies before the team changes no more'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;

ALTER TABLE teams_membership ADD CONSTRAINT membership_within_team UNIQUE (team_id, id);
ALTER TABLE teams_division ADD CONSTRAINT division_within_team UNIQUE (team_id, id);
ALTER TABLE teams_divisionseat ADD CONSTRAINT seat_is_in_a_division_of_the_team
    FOREIGN KEY (team_id, division_id) REFERENCES teams_division (team_id, id) DEFERRABLE;
ALTER TABLE teams_divisionseat ADD CONSTRAINT seat_is_of_a_member_of_the_team
    FOREIGN KEY (team_id, membership_id) REFERENCES teams_membership (team_id, id) DEFERRABLE;
ALTER TABLE teams_divisionvoice ADD CONSTRAINT division_voice_is_the_teams
    FOREIGN KEY (team_id, division_id) REFERENCES teams_division (team_id, id) DEFERRABLE;
CREATE TRIGGER words_stay BEFORE UPDATE ON teams_division
    FOR EACH ROW WHEN (OLD.state = 'planned') EXECUTE FUNCTION kring_words_stay(
        'state', 'name', 'goal', 'why', 'edition', 'answer_by', 'ended_why');
CREATE TRIGGER proposed_words_stay BEFORE UPDATE ON teams_division
    FOR EACH ROW WHEN (OLD.state <> 'planned') EXECUTE FUNCTION kring_words_stay(
        'state', 'agreed_on', 'ended_why', 'new_team_id', 'divided_at');
CREATE TRIGGER stays_there BEFORE DELETE ON teams_division
    FOR EACH ROW EXECUTE FUNCTION kring_written_once();
CREATE TRIGGER stays_over BEFORE UPDATE ON teams_division
    FOR EACH ROW WHEN (OLD.state NOT IN ('planned', 'proposed', 'active'))
    EXECUTE FUNCTION kring_written_once();
CREATE TRIGGER changes_while_planned BEFORE INSERT OR DELETE ON teams_divisionseat
    FOR EACH ROW EXECUTE FUNCTION kring_division_is_planned();
CREATE TRIGGER written_once BEFORE UPDATE ON teams_divisionseat
    FOR EACH ROW EXECUTE FUNCTION kring_written_once();
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON teams_divisionvoice
    FOR EACH ROW EXECUTE FUNCTION kring_written_once();
SELECT kring_build_wall('teams_division');
SELECT kring_build_wall('teams_divisionseat');
SELECT kring_build_wall('teams_divisionvoice');
"""

TEAR_DOWN = """
SELECT kring_tear_down_wall('teams_divisionvoice');
SELECT kring_tear_down_wall('teams_divisionseat');
SELECT kring_tear_down_wall('teams_division');
DROP TRIGGER written_once ON teams_divisionvoice;
DROP TRIGGER written_once ON teams_divisionseat;
DROP TRIGGER changes_while_planned ON teams_divisionseat;
DROP TRIGGER stays_over ON teams_division;
DROP TRIGGER stays_there ON teams_division;
DROP TRIGGER proposed_words_stay ON teams_division;
DROP TRIGGER words_stay ON teams_division;
ALTER TABLE teams_divisionvoice DROP CONSTRAINT division_voice_is_the_teams;
ALTER TABLE teams_divisionseat DROP CONSTRAINT seat_is_of_a_member_of_the_team;
ALTER TABLE teams_divisionseat DROP CONSTRAINT seat_is_in_a_division_of_the_team;
ALTER TABLE teams_division DROP CONSTRAINT division_within_team;
ALTER TABLE teams_membership DROP CONSTRAINT membership_within_team;
DROP FUNCTION kring_division_is_planned();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('teams', '0020_reminded'),
    ]

    operations = [
        migrations.CreateModel(
            name='Division',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreed_on', models.DateField(null=True)),
                ('ended_why', models.CharField(blank=True, default='', max_length=300)),
                ('name', models.CharField(blank=True, default='', max_length=80)),
                ('goal', models.CharField(blank=True, default='', max_length=160)),
                ('why', models.CharField(blank=True, default='', max_length=300)),
                ('state', models.CharField(choices=[('planned', 'Being planned'), ('proposed', 'Proposed'), ('active', 'Agreed'), ('divided', 'Divided'), ('dropped', 'Dropped'), ('lapsed', 'Not agreed: too few of us answered')], max_length=10)),
                ('edition', models.PositiveIntegerField(default=1)),
                ('planned_at', models.DateTimeField()),
                ('answer_by', models.DateField(null=True)),
                ('divided_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='DivisionSeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
        ),
        migrations.CreateModel(
            name='DivisionVoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('says', models.CharField(choices=[('consents', 'consents'), ('objects', 'objects')], max_length=8)),
                ('why', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='team',
            name='divided_from',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team'),
        ),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.CheckConstraint(condition=models.Q(('divided_from', None), models.Q(('divided_from', models.F('id')), _negated=True), _connector='OR'), name='a_team_comes_from_another'),
        ),
        migrations.AddField(
            model_name='division',
            name='new_team',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='divided_by', to='teams.team'),
        ),
        migrations.AddField(
            model_name='division',
            name='team',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='divisions', to='teams.team'),
        ),
        migrations.AddField(
            model_name='divisionseat',
            name='division',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='teams.division'),
        ),
        migrations.AddField(
            model_name='divisionseat',
            name='membership',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.membership'),
        ),
        migrations.AddField(
            model_name='divisionseat',
            name='team',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team'),
        ),
        migrations.AddField(
            model_name='divisionvoice',
            name='division',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='voices', to='teams.division'),
        ),
        migrations.AddField(
            model_name='divisionvoice',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='divisionvoice',
            name='team',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team'),
        ),
        migrations.AddIndex(
            model_name='division',
            index=models.Index(fields=['team', 'state'], name='divisions_of_a_team'),
        ),
        migrations.AddConstraint(
            model_name='division',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['planned', 'proposed', 'active'])), fields=('team',), name='one_division_is_under_way'),
        ),
        migrations.AddConstraint(
            model_name='division',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'dropped']), models.Q(models.Q(('name', ''), _negated=True), models.Q(('goal', ''), _negated=True), models.Q(('why', ''), _negated=True)), _connector='OR'), name='a_proposed_division_has_its_words'),
        ),
        migrations.AddConstraint(
            model_name='division',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer_by', None), ('state', 'planned')), ('state', 'dropped'), models.Q(models.Q(('state__in', ['planned', 'dropped']), _negated=True), ('answer_by__isnull', False)), _connector='OR'), name='a_proposed_division_is_answered_by_a_day'),
        ),
        migrations.AddConstraint(
            model_name='division',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('divided_at__isnull', False), ('new_team__isnull', False), ('state', 'divided')), models.Q(models.Q(('state', 'divided'), _negated=True), ('divided_at', None), ('new_team', None)), _connector='OR'), name='a_divided_team_has_another'),
        ),
        migrations.AddConstraint(
            model_name='division',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed_on__isnull', False), ('state__in', ['active', 'divided'])), ('state', 'dropped'), models.Q(models.Q(('state__in', ['active', 'divided', 'dropped']), _negated=True), ('agreed_on', None)), _connector='OR'), name='an_agreed_division_has_its_day'),
        ),
        migrations.AddConstraint(
            model_name='division',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('ended_why', ''), _negated=True), ('state', 'dropped')), models.Q(models.Q(('state', 'dropped'), _negated=True), ('ended_why', '')), _connector='OR'), name='a_dropped_division_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='divisionseat',
            constraint=models.UniqueConstraint(fields=('division', 'membership'), name='somebody_goes_along_once'),
        ),
        migrations.AddConstraint(
            model_name='divisionvoice',
            constraint=models.UniqueConstraint(fields=('division', 'person'), name='somebody_answers_a_division_once'),
        ),
        migrations.RunSQL(BUILD, TEAR_DOWN),
    ]
