"""Rounds of review and feedback, behind the second wall; what is personal also by whose it is."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


INNER = ("seat", "voice", "draft", "answer")
KEYS = (
    "ALTER TABLE reviews_reviewround ADD CONSTRAINT round_within_team UNIQUE (team_id, id);"
    "ALTER TABLE reviews_reviewround ADD CONSTRAINT round_in_its_mode UNIQUE (id, mode);"
    "ALTER TABLE reviews_answer ADD CONSTRAINT answer_in_the_mode_of_its_round"
    " FOREIGN KEY (round_id, mode) REFERENCES reviews_reviewround (id, mode) DEFERRABLE;"
) + "".join(
    f"ALTER TABLE reviews_{table} ADD CONSTRAINT {table}_is_the_teams"
    " FOREIGN KEY (team_id, round_id) REFERENCES reviews_reviewround (team_id, id) DEFERRABLE;"
    for table in INNER
)
# Who writes and about whom is somebody who takes part.
SEATED = (("draft", "author"), ("draft", "about"), ("answer", "author"), ("answer", "about"))
SEATS = "".join(
    f"ALTER TABLE reviews_{table} ADD CONSTRAINT {column}_of_{table}_takes_part"
    f" FOREIGN KEY (round_id, {column}_id) REFERENCES reviews_seat (round_id, person_id) DEFERRABLE;"
    for table, column in SEATED
)
UNDONE = "ALTER TABLE reviews_answer DROP CONSTRAINT answer_in_the_mode_of_its_round;" + "".join(
    f"ALTER TABLE reviews_{table} DROP CONSTRAINT {column}_of_{table}_takes_part;"
    for table, column in SEATED
) + "".join(f"ALTER TABLE reviews_{table} DROP CONSTRAINT {table}_is_the_teams;" for table in INNER)
# An answer is deleted when its year is over, and never changed.
ONCE = """
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON reviews_voice
    FOR EACH ROW EXECUTE FUNCTION kring_written_once();
CREATE TRIGGER never_changed BEFORE UPDATE ON reviews_answer
    FOR EACH ROW EXECUTE FUNCTION kring_written_once();
"""
NOT_ONCE = """
DROP TRIGGER written_once ON reviews_voice;
DROP TRIGGER never_changed ON reviews_answer;
"""
TEAMS_OWN = ("reviewround", "seat", "voice")
PERSONAL = ("draft", "answer", "feedback")
# `kring.person` is the one person to whom a table of this kind is shown, or "all": of the team they
# are besides. Subselects that know nothing of the row are asked once per query.
FUNCTIONS = """
CREATE FUNCTION kring_is_for(VARIADIC people text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    person text;
    says text := $sql$(SELECT current_setting('kring.person', true) = 'all')$sql$;
BEGIN
    FOREACH person IN ARRAY people LOOP
        says := says || format($sql$ OR %I =
            (SELECT NULLIF(NULLIF(current_setting('kring.person', true), ''), 'all')::bigint)
        $sql$, person);
    END LOOP;
    RETURN '(' || says || ')';
END $$;

CREATE FUNCTION kring_build_personal_wall(walled regclass, reads text, writes text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    readable text := kring_wall_says('kring.readable', 'team_id', NULL);
    writable text := kring_wall_says('kring.writable', 'team_id', NULL);
BEGIN
    reads := format('(%s) AND (%s)', readable, reads);
    writes := format('(%s) AND (%s)', writable, writes);
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', walled);
    EXECUTE format('CREATE POLICY readable ON %s FOR SELECT USING (%s)', walled, reads);
    EXECUTE format('CREATE POLICY added ON %s FOR INSERT WITH CHECK (%s)', walled, writes);
    EXECUTE format('CREATE POLICY changed ON %s FOR UPDATE USING (%s)', walled, writes);
    EXECUTE format('CREATE POLICY removed ON %s FOR DELETE USING (%s)', walled, writes);
END $$;
"""
NO_FUNCTIONS = """
DROP FUNCTION kring_build_personal_wall(regclass, text, text);
DROP FUNCTION kring_is_for(text[]);
"""
# A draft is its author's. An answer is read by whom it is for and by who signed it, and nobody
# writes one but the end of a round. Feedback is between two, until it is shown to the team.
WALL = "".join(f"SELECT kring_build_wall('reviews_{table}');" for table in TEAMS_OWN) + """
SELECT kring_build_personal_wall('reviews_draft', kring_is_for('author_id'), kring_is_for('author_id'));
SELECT kring_build_personal_wall('reviews_answer', kring_is_for('about_id', 'author_id'),
    $$(SELECT current_setting('kring.person', true) = 'all')$$);
SELECT kring_build_personal_wall('reviews_feedback',
    kring_is_for('giver_id', 'receiver_id') || ' OR published_at IS NOT NULL',
    kring_is_for('giver_id', 'receiver_id'));
"""
NO_WALL = "".join(
    f"SELECT kring_tear_down_wall('reviews_{table}');" for table in (*TEAMS_OWN, *PERSONAL)
)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agreements', '0009_every_clock_has_its_job'),
        ('teams', '0015_mail_with_pictures'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReviewRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mode', models.CharField(choices=[('open', 'open: signed'), ('sealed', 'sealed: unsigned'), ('appreciation', 'appreciation: signed, and only what is good')], max_length=12)),
                ('days', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('open', 'Everybody writes'), ('released', 'Released'), ('closed', 'Closed'), ('purged', 'Its words are deleted'), ('dropped', 'Not held'), ('lapsed', 'Not agreed: fewer than half of us answered')], max_length=8)),
                ('answer_by', models.DateField()),
                ('write_until', models.DateField(null=True)),
                ('is_extended', models.BooleanField(default=False)),
                ('salt', models.BinaryField(default=bytes)),
                ('released_at', models.DateTimeField(null=True)),
                ('asked', models.PositiveSmallIntegerField(null=True)),
                ('took_part', models.PositiveSmallIntegerField(null=True)),
                ('talk_until', models.DateField(null=True)),
                ('keep_until', models.DateField(null=True)),
                ('ended_why', models.CharField(blank=True, default='', max_length=300)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='review_rounds', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('locked', models.BinaryField()),
                ('about', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
                ('round', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.reviewround')),
            ],
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('mode', models.CharField(choices=[('open', 'open: signed'), ('sealed', 'sealed: unsigned'), ('appreciation', 'appreciation: signed, and only what is good')], max_length=12)),
                ('question', models.PositiveSmallIntegerField()),
                ('text', models.CharField(max_length=500)),
                ('about', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('author', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
                ('round', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.reviewround')),
            ],
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_done', models.BooleanField(default=False, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('results', 'Colleagues wrote to you.'), ('withheld', 'Fewer than four colleagues wrote to you.'), ('nothing', 'Nobody wrote to you this time.')], default='', max_length=8)),
                ('has_read', models.BooleanField(default=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='reviews.reviewround')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='Voice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('says', models.CharField(choices=[('consents', 'consents'), ('objects', 'objects')], max_length=8)),
                ('why', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.reviewround')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('appreciation', 'Appreciation'), ('suggestion', 'Suggestion'), ('question', 'Question')], max_length=12)),
                ('text', models.CharField(max_length=1000)),
                ('may_be_published', models.BooleanField()),
                ('given_at', models.DateTimeField()),
                ('is_read', models.BooleanField(default=False)),
                ('published_at', models.DateTimeField(null=True)),
                ('purge_on', models.DateField()),
                ('giver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='teams.team')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('giver', models.F('receiver')), _negated=True), name='nobody_gives_feedback_to_themselves'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='feedback_says_something'), models.CheckConstraint(condition=models.Q(('may_be_published', False), ('kind', 'appreciation'), _connector='OR'), name='only_an_appreciation_may_be_published'), models.CheckConstraint(condition=models.Q(('published_at', None), models.Q(('is_read', True), ('may_be_published', True)), _connector='OR'), name='published_with_the_leave_of_the_giver')],
            },
        ),
        migrations.AddIndex(
            model_name='reviewround',
            index=models.Index(fields=['team', '-id'], name='rounds_of_a_team'),
        ),
        migrations.AddConstraint(
            model_name='reviewround',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('proposed', 'open'))), fields=('team',), name='one_running_round_per_team'),
        ),
        migrations.AddConstraint(
            model_name='reviewround',
            constraint=models.CheckConstraint(condition=models.Q(('days__range', (3, 10))), name='a_round_takes_its_days'),
        ),
        migrations.AddConstraint(
            model_name='reviewround',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('salt', b''), _negated=True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('salt', b'')), _connector='OR'), name='there_is_a_key_while_somebody_writes'),
        ),
        migrations.AddConstraint(
            model_name='reviewround',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('asked__isnull', False), ('keep_until__isnull', False), ('released_at__isnull', False), ('state__in', ('released', 'closed', 'purged')), ('talk_until__isnull', False), ('took_part__lte', models.F('asked'))), models.Q(models.Q(('state__in', ('released', 'closed', 'purged')), _negated=True), ('asked', None), ('released_at', None)), _connector='OR'), name='a_round_that_was_held_tells_how_many_took_part'),
        ),
        migrations.AddConstraint(
            model_name='reviewround',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('mode', 'sealed'), _negated=True), ('asked', None), ('asked__gte', 6), _connector='OR'), name='a_sealed_round_is_for_six_at_least'),
        ),
        migrations.AddConstraint(
            model_name='reviewround',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('ended_why', ''), _negated=True), ('state', 'dropped')), models.Q(models.Q(('state', 'dropped'), _negated=True), ('ended_why', '')), _connector='OR'), name='a_round_that_was_dropped_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(fields=('round', 'author', 'about'), name='one_draft_about_each_colleague'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(('author', models.F('about')), _negated=True), name='nobody_reviews_themselves'),
        ),
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(fields=['round', 'about'], name='answers_to_somebody'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('author', None), ('mode', 'sealed')), models.Q(models.Q(('mode', 'sealed'), _negated=True), ('author__isnull', False)), _connector='OR'), name='what_is_sealed_has_no_author'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('author', None), models.Q(('author', models.F('about')), _negated=True), _connector='OR'), name='nobody_answers_about_themselves'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('question__range', (1, 3))), name='an_answer_is_to_one_of_the_questions'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='an_answer_to_somebody_says_something'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(fields=('round', 'person'), name='somebody_has_one_seat_in_a_round'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_done__isnull', False), ('outcome', '')), models.Q(('is_done', None), ('outcome__in', ['results', 'withheld', 'nothing'])), _connector='OR'), name='who_handed_in_is_forgotten_with_the_outcome'),
        ),
        migrations.AddConstraint(
            model_name='voice',
            constraint=models.UniqueConstraint(fields=('round', 'person'), name='somebody_answers_a_proposed_round_once'),
        ),
        migrations.AddConstraint(
            model_name='voice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('says', 'consents'), ('why', '')), models.Q(models.Q(('why', ''), _negated=True), ('says', 'objects')), _connector='OR'), name='who_objects_to_a_round_says_why'),
        ),
        migrations.RunSQL(KEYS + SEATS, UNDONE),
        migrations.RunSQL(ONCE, NOT_ONCE),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(WALL, NO_WALL),
    ]
