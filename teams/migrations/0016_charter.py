"""The charter of a team and its frame: their words stay as they are, behind the second wall."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BUILD = """
-- Whatever becomes of it, what it says stays: only the columns that are named may change.
CREATE FUNCTION kring_words_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - TG_ARGV IS DISTINCT FROM to_jsonb(NEW) - TG_ARGV THEN
        RAISE EXCEPTION '% keeps its words', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

ALTER TABLE teams_charterversion ADD CONSTRAINT charter_within_team UNIQUE (team_id, id);
ALTER TABLE teams_chartervoice ADD CONSTRAINT charter_voice_is_the_teams
    FOREIGN KEY (team_id, charter_id) REFERENCES teams_charterversion (team_id, id) DEFERRABLE;
CREATE TRIGGER words_stay BEFORE UPDATE OR DELETE ON teams_charterversion
    FOR EACH ROW EXECUTE FUNCTION kring_words_stay('state', 'number', 'agreed_on', 'ended_why');
CREATE TRIGGER stays_in_force BEFORE UPDATE ON teams_charterversion
    FOR EACH ROW WHEN (OLD.number IS NOT NULL) EXECUTE FUNCTION kring_written_once();
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON teams_chartervoice
    FOR EACH ROW EXECUTE FUNCTION kring_written_once();
CREATE TRIGGER words_stay BEFORE UPDATE OR DELETE ON teams_frame
    FOR EACH ROW EXECUTE FUNCTION kring_words_stay('taken_back_at');
CREATE TRIGGER stays_taken_back BEFORE UPDATE ON teams_frame
    FOR EACH ROW WHEN (OLD.taken_back_at IS NOT NULL) EXECUTE FUNCTION kring_written_once();
SELECT kring_build_wall('teams_charterversion');
SELECT kring_build_wall('teams_chartervoice');
SELECT kring_build_wall('teams_frame');
"""

TEAR_DOWN = """
SELECT kring_tear_down_wall('teams_frame');
SELECT kring_tear_down_wall('teams_chartervoice');
SELECT kring_tear_down_wall('teams_charterversion');
DROP TRIGGER stays_taken_back ON teams_frame;
DROP TRIGGER words_stay ON teams_frame;
DROP TRIGGER written_once ON teams_chartervoice;
DROP TRIGGER stays_in_force ON teams_charterversion;
DROP TRIGGER words_stay ON teams_charterversion;
ALTER TABLE teams_chartervoice DROP CONSTRAINT charter_voice_is_the_teams;
ALTER TABLE teams_charterversion DROP CONSTRAINT charter_within_team;
DROP FUNCTION kring_words_stay();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('teams', '0015_mail_with_pictures'),
    ]

    operations = [
        migrations.CreateModel(
            name='CharterVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer_by', models.DateField()),
                ('agreed_on', models.DateField(null=True)),
                ('ended_why', models.CharField(blank=True, default='', max_length=300)),
                ('number', models.PositiveIntegerField(null=True)),
                ('purpose', models.CharField(max_length=300)),
                ('customers', models.CharField(max_length=300)),
                ('offer', models.CharField(max_length=300)),
                ('ways', models.TextField(blank=True, max_length=2000)),
                ('domains', models.TextField(blank=True, max_length=2000)),
                ('why', models.CharField(max_length=300)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('active', 'Agreed'), ('dropped', 'Dropped'), ('lapsed', 'Not agreed: fewer than half of us answered')], max_length=10)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='charter_versions', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='CharterVoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('says', models.CharField(choices=[('consents', 'consents'), ('objects', 'objects')], max_length=8)),
                ('why', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('charter', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='voices', to='teams.charterversion')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='Frame',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('law', models.TextField(blank=True, max_length=2000)),
                ('budget', models.TextField(blank=True, max_length=2000)),
                ('brand', models.TextField(blank=True, max_length=2000)),
                ('limit', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('currency', models.CharField(default='EUR', max_length=3)),
                ('why', models.CharField(max_length=300)),
                ('announced_at', models.DateTimeField()),
                ('holds_from', models.DateField()),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='frames', to='teams.team')),
            ],
        ),
        migrations.AddConstraint(
            model_name='charterversion',
            constraint=models.UniqueConstraint(fields=('team', 'number'), name='charters_are_numbered'),
        ),
        migrations.AddConstraint(
            model_name='charterversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('team',), name='one_charter_is_proposed'),
        ),
        migrations.AddConstraint(
            model_name='charterversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed_on__isnull', False), ('number__gte', 1), ('state', 'active')), models.Q(models.Q(('state', 'active'), _negated=True), ('agreed_on', None), ('number', None)), _connector='OR'), name='what_all_agreed_on_is_numbered'),
        ),
        migrations.AddConstraint(
            model_name='charterversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('ended_why', ''), _negated=True), ('state', 'dropped')), models.Q(models.Q(('state', 'dropped'), _negated=True), ('ended_why', '')), _connector='OR'), name='a_dropped_charter_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='charterversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('purpose', ''), _negated=True), models.Q(('customers', ''), _negated=True), models.Q(('offer', ''), _negated=True)), name='a_charter_bounds_the_work'),
        ),
        migrations.AddConstraint(
            model_name='chartervoice',
            constraint=models.UniqueConstraint(fields=('charter', 'person'), name='somebody_answers_a_charter_once'),
        ),
        migrations.AddConstraint(
            model_name='frame',
            constraint=models.UniqueConstraint(fields=('team', 'number'), name='frames_are_numbered'),
        ),
        migrations.AddConstraint(
            model_name='frame',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='frames_are_numbered_from_one'),
        ),
        migrations.AddConstraint(
            model_name='frame',
            constraint=models.CheckConstraint(condition=models.Q(('limit__isnull', True), ('limit__gte', 0), _connector='OR'), name='the_limit_is_no_debt'),
        ),
        migrations.AddConstraint(
            model_name='frame',
            constraint=models.CheckConstraint(condition=models.Q(('brand', ''), ('budget', ''), ('law', ''), ('limit__isnull', True), _negated=True), name='a_frame_says_something'),
        ),
        migrations.AddConstraint(
            model_name='frame',
            constraint=models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='currency_of_the_frame_is_iso_4217'),
        ),
        migrations.RunSQL(BUILD, TEAR_DOWN),
    ]
