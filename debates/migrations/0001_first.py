"""Debates, behind the second wall."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


INNER = ("seat", "point", "argument", "weight", "reply", "proposal", "proposalversion", "doer",
         "response", "experiment")
WALLED = ("debate", *INNER)
KEYS = "ALTER TABLE debates_debate ADD CONSTRAINT debate_within_team UNIQUE (team_id, id);" + "".join(
    f"ALTER TABLE debates_{table} ADD CONSTRAINT {table}_is_the_teams"
    " FOREIGN KEY (team_id, debate_id) REFERENCES debates_debate (team_id, id) DEFERRABLE;"
    for table in INNER
)
# What stands in a debate is of that debate.
PAIRS = (
    ("point", "seat", "seat"),
    ("argument", "seat", "seat"),
    ("argument", "point", "point"),
    ("weight", "seat", "seat"),
    ("weight", "point", "point"),
    ("reply", "seat", "seat"),
    ("proposalversion", "seat", "seat"),
    ("proposalversion", "proposal", "proposal"),
    ("doer", "version", "proposalversion"),
    ("response", "version", "proposalversion"),
    ("response", "seat", "seat"),
    ("experiment", "version", "proposalversion"),
)
WITHIN = "".join(
    f"ALTER TABLE debates_{table} ADD CONSTRAINT {table}_within_debate UNIQUE (debate_id, id);"
    for table in ("seat", "point", "proposal", "proposalversion")
) + "".join(
    f"ALTER TABLE debates_{table} ADD CONSTRAINT {table}_is_of_that_{column}"
    f" FOREIGN KEY (debate_id, {column}_id) REFERENCES debates_{other} (debate_id, id) DEFERRABLE;"
    for table, column, other in PAIRS
)
AGREED = """
ALTER TABLE debates_experiment ADD CONSTRAINT what_was_agreed_is_the_teams
    FOREIGN KEY (team_id, agreement_id) REFERENCES agreements_agreement (team_id, id) DEFERRABLE;
"""
ONCE = "".join(
    f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON debates_{table}"
    " FOR EACH ROW EXECUTE FUNCTION kring_written_once();"
    for table in ("argument", "proposalversion", "doer")
)
NOT_ONCE = "".join(
    f"DROP TRIGGER written_once ON debates_{table};"
    for table in ("argument", "proposalversion", "doer")
)
# The tables take their own keys along; these stand between two of them.
UNDONE = "".join(
    f"ALTER TABLE debates_{table} DROP CONSTRAINT {table}_is_of_that_{column};"
    for table, column, _other in PAIRS
) + "".join(
    f"ALTER TABLE debates_{table} DROP CONSTRAINT {table}_is_the_teams;" for table in INNER
) + "ALTER TABLE debates_experiment DROP CONSTRAINT what_was_agreed_is_the_teams;"
WALL = "".join(f"SELECT kring_build_wall('debates_{table}');" for table in WALLED)
NO_WALL = "".join(f"SELECT kring_tear_down_wall('debates_{table}');" for table in WALLED)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agreements', '0004_comes_round'),
        ('teams', '0015_mail_with_pictures'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Debate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kpi', models.SlugField(db_index=False, max_length=60)),
                ('question', models.CharField(max_length=300)),
                ('is_asked_by_management', models.BooleanField()),
                ('asked_at', models.DateTimeField()),
                ('onset_on', models.DateField(null=True)),
                ('side', models.CharField(blank=True, default='', max_length=4)),
                ('is_quick', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('requested', 'Asked for'), ('gathering', 'Points'), ('challenging', 'Challenge'), ('proposing', 'Proposals'), ('consenting', 'Consent'), ('integrating', 'An objection to work in'), ('decided', 'Decided'), ('evaluated', 'Evaluated'), ('no_change', 'Nothing changes'), ('lapsed', 'Lapsed'), ('dismissed', 'Not debated')], max_length=12)),
                ('date_by', models.DateField()),
                ('gather_until', models.DateField(null=True)),
                ('challenge_until', models.DateField(null=True)),
                ('propose_until', models.DateField(null=True)),
                ('ends_on', models.DateField(null=True)),
                ('fallback', models.CharField(blank=True, choices=[('trial', 'we try it for a month, if two thirds of us consent'), ('drop', 'we drop it all'), ('split', 'we do what nobody objects to')], default='', max_length=5)),
                ('is_extended', models.BooleanField(default=False)),
                ('rounds', models.PositiveSmallIntegerField(default=0)),
                ('card', models.CharField(blank=True, default='', max_length=30)),
                ('frozen', models.JSONField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('gathered_at', models.DateTimeField(null=True)),
                ('over_at', models.DateTimeField(null=True)),
                ('end', models.CharField(blank=True, choices=[('decided', 'It was decided.'), ('dismissed', 'The team did not want to debate this.'), ('not_dated', 'Nobody of the team took it up within five working days.'), ('not_gathered', 'Too few took part, also in the days added.'), ('nothing_proposed', 'Nobody proposed anything.'), ('not_answered', 'Too few said yes or no.'), ('objected', 'Objections were left at the end.')], default='', max_length=16)),
                ('ended_why', models.CharField(blank=True, default='', max_length=300)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='debates', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('latest', models.PositiveSmallIntegerField(default=1)),
                ('is_decided', models.BooleanField(default=False)),
                ('debate', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='debates.debate')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='ProposalVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('when', models.CharField(blank=True, max_length=300)),
                ('then', models.CharField(max_length=300)),
                ('how_seen', models.CharField(max_length=300)),
                ('due_on', models.DateField()),
                ('every', models.CharField(blank=True, choices=[('', 'once'), ('week', 'every week'), ('fortnight', 'every two weeks'), ('month', 'every month'), ('quarter', 'every quarter')], default='', max_length=9)),
                ('ends_on', models.DateField(null=True)),
                ('is_everybody', models.BooleanField()),
                ('direction', models.CharField(choices=[('up', 'up'), ('down', 'down')], max_length=4)),
                ('smallest', models.DecimalField(decimal_places=4, max_digits=16)),
                ('review_on', models.DateField()),
                ('at', models.DateTimeField()),
                ('debate', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='debates.debate')),
                ('proposal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='debates.proposal')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='Experiment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_trial', models.BooleanField()),
                ('decided_on', models.DateField()),
                ('review_on', models.DateField()),
                ('verdict', models.CharField(blank=True, choices=[('improved', 'Improved'), ('worsened', 'Worsened'), ('no-change', 'No change that can be told from chance'), ('insufficient', 'Too few figures to tell'), ('confounded', 'Not to be told apart')], default='', max_length=12)),
                ('n', models.PositiveSmallIntegerField(default=0)),
                ('m', models.PositiveSmallIntegerField(default=0)),
                ('before', models.FloatField(null=True)),
                ('after', models.FloatField(null=True)),
                ('z', models.FloatField(null=True)),
                ('judged_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, choices=[('keep', 'we keep it'), ('adapt', 'we adapt it'), ('stop', 'we stop it')], default='', max_length=5)),
                ('answer_why', models.CharField(blank=True, default='', max_length=300)),
                ('answered_at', models.DateTimeField(null=True)),
                ('agreement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decided_in', to='agreements.agreement')),
                ('debate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='experiments', to='debates.debate')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='debates.proposalversion')),
            ],
        ),
        migrations.CreateModel(
            name='Doer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('debate', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='debates.debate')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='doers', to='debates.proposalversion')),
            ],
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('team', 'of the team'), ('management', 'of the management')], max_length=10)),
                ('nothing_to_add', models.BooleanField(default=False)),
                ('excused_why', models.CharField(blank=True, default='', max_length=300)),
                ('took_part', models.BooleanField(null=True)),
                ('debate', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='debates.debate')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='Response',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('says', models.CharField(choices=[('consents', 'consents'), ('objects', 'objects')], max_length=8)),
                ('concern', models.CharField(blank=True, default='', max_length=300)),
                ('harm', models.CharField(blank=True, default='', max_length=300)),
                ('is_new', models.BooleanField(null=True)),
                ('is_certain', models.BooleanField(null=True)),
                ('remedy', models.CharField(blank=True, default='', max_length=300)),
                ('touches_law', models.BooleanField(default=False)),
                ('clause', models.CharField(blank=True, default='', max_length=300)),
                ('at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('debate', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='debates.debate')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='debates.proposalversion')),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='debates.seat')),
            ],
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=500)),
                ('debate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='debates.debate')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
                ('seat', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reply', to='debates.seat')),
            ],
        ),
        migrations.AddField(
            model_name='proposalversion',
            name='seat',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='debates.seat'),
        ),
        migrations.CreateModel(
            name='Point',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=500)),
                ('figure', models.SlugField(blank=True, db_index=False, default='', max_length=60)),
                ('deals', models.CharField(blank=True, default='', max_length=300)),
                ('words', models.CharField(blank=True, default='', max_length=300)),
                ('place', models.PositiveSmallIntegerField(null=True)),
                ('debate', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='points', to='debates.debate')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='points', to='debates.seat')),
            ],
        ),
        migrations.CreateModel(
            name='Argument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('speaks', models.CharField(choices=[('for', 'for it'), ('against', 'against it')], max_length=8)),
                ('text', models.CharField(max_length=500)),
                ('at', models.DateTimeField()),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
                ('debate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='arguments', to='debates.debate')),
                ('point', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='arguments', to='debates.point')),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='debates.seat')),
            ],
        ),
        migrations.CreateModel(
            name='Weight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.PositiveSmallIntegerField()),
                ('debate', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='debates.debate')),
                ('point', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='weights', to='debates.point')),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='weights', to='debates.seat')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
        ),
        migrations.AddIndex(
            model_name='debate',
            index=models.Index(fields=['team', '-id'], name='debates_of_a_team'),
        ),
        migrations.AddConstraint(
            model_name='debate',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('requested', 'gathering', 'challenging', 'proposing', 'consenting', 'integrating'))), fields=('team', 'kpi'), name='one_open_debate_per_figure'),
        ),
        migrations.AddConstraint(
            model_name='debate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end', ''), ('over_at', None), ('state__in', ('requested', 'gathering', 'challenging', 'proposing', 'consenting', 'integrating'))), models.Q(models.Q(('state__in', ('requested', 'gathering', 'challenging', 'proposing', 'consenting', 'integrating')), _negated=True), models.Q(('end', ''), _negated=True), ('over_at__isnull', False)), _connector='OR'), name='a_debate_ends_with_an_outcome'),
        ),
        migrations.AddConstraint(
            model_name='debate',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['requested', 'dismissed', 'lapsed']), models.Q(models.Q(('fallback', ''), _negated=True), ('ends_on__isnull', False), ('opened_at__isnull', False)), _connector='OR'), name='an_open_debate_has_a_box_and_a_way_out'),
        ),
        migrations.AddConstraint(
            model_name='debate',
            constraint=models.CheckConstraint(condition=models.Q(('rounds__lte', 2)), name='a_debate_has_two_rounds'),
        ),
        migrations.AddConstraint(
            model_name='debate',
            constraint=models.CheckConstraint(condition=models.Q(('side__in', ['', 'up', 'down'])), name='side_of_a_debate_is_known'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.UniqueConstraint(fields=('debate', 'number'), name='proposals_of_a_debate_are_numbered'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('number__range', (1, 3))), name='a_debate_has_three_proposals_at_most'),
        ),
        migrations.AddIndex(
            model_name='experiment',
            index=models.Index(fields=['team', 'review_on'], name='experiments_of_a_team'),
        ),
        migrations.AddConstraint(
            model_name='experiment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('judged_at', None), ('verdict', '')), models.Q(('judged_at__isnull', False), ('verdict__in', ['improved', 'worsened', 'no-change', 'insufficient', 'confounded'])), _connector='OR'), name='a_verdict_is_given_at_a_moment'),
        ),
        migrations.AddConstraint(
            model_name='experiment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None)), models.Q(models.Q(('verdict', ''), _negated=True), models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='a_verdict_is_answered_once_it_is_there'),
        ),
        migrations.AddConstraint(
            model_name='experiment',
            constraint=models.CheckConstraint(condition=models.Q(('review_on__gte', models.F('decided_on'))), name='a_review_comes_after_the_decision'),
        ),
        migrations.AddConstraint(
            model_name='doer',
            constraint=models.UniqueConstraint(fields=('version', 'person'), name='somebody_promises_something_once'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(fields=('debate', 'person'), name='somebody_has_one_seat_in_a_debate'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.CheckConstraint(condition=models.Q(('side__in', ['team', 'management'])), name='side_of_a_seat_is_known'),
        ),
        migrations.AddConstraint(
            model_name='response',
            constraint=models.UniqueConstraint(fields=('version', 'seat'), name='somebody_answers_a_proposal_once'),
        ),
        migrations.AddConstraint(
            model_name='response',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('clause', ''), ('harm', ''), ('remedy', ''), ('says', 'consents')), models.Q(models.Q(('harm', ''), _negated=True), models.Q(('remedy', ''), _negated=True), ('is_certain__isnull', False), ('is_new__isnull', False), ('says', 'objects')), _connector='OR'), name='an_objection_answers_four_questions'),
        ),
        migrations.AddConstraint(
            model_name='response',
            constraint=models.CheckConstraint(condition=models.Q(('says', 'objects'), ('withdrawn_at', None), _connector='OR'), name='an_objection_can_be_withdrawn'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='a_reply_says_something'),
        ),
        migrations.AddConstraint(
            model_name='proposalversion',
            constraint=models.UniqueConstraint(fields=('proposal', 'number'), name='words_of_a_proposal_are_numbered'),
        ),
        migrations.AddConstraint(
            model_name='proposalversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('then', ''), _negated=True), models.Q(('how_seen', ''), _negated=True)), name='a_proposal_says_what_and_how_it_is_seen'),
        ),
        migrations.AddConstraint(
            model_name='proposalversion',
            constraint=models.CheckConstraint(condition=models.Q(('smallest__gt', 0)), name='a_proposal_wants_an_effect'),
        ),
        migrations.AddConstraint(
            model_name='proposalversion',
            constraint=models.CheckConstraint(condition=models.Q(('direction__in', ['up', 'down'])), name='a_proposal_has_a_way'),
        ),
        migrations.AddConstraint(
            model_name='point',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='a_point_says_something'),
        ),
        migrations.AddConstraint(
            model_name='point',
            constraint=models.UniqueConstraint(fields=('debate', 'place'), name='points_of_a_debate_stand_in_places'),
        ),
        migrations.AddConstraint(
            model_name='argument',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='an_argument_says_something'),
        ),
        migrations.AddConstraint(
            model_name='argument',
            constraint=models.CheckConstraint(condition=models.Q(('speaks__in', ['for', 'against'])), name='an_argument_takes_a_side'),
        ),
        migrations.AddConstraint(
            model_name='weight',
            constraint=models.UniqueConstraint(fields=('point', 'seat'), name='a_point_is_weighed_once_each'),
        ),
        migrations.AddConstraint(
            model_name='weight',
            constraint=models.CheckConstraint(condition=models.Q(('value__lte', 4)), name='a_weight_is_four_at_most'),
        ),
        migrations.RunSQL(KEYS + WITHIN + AGREED, UNDONE),
        migrations.RunSQL(ONCE, NOT_ONCE),
        migrations.RunSQL(WALL, NO_WALL),
    ]
