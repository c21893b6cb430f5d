"""Agreements: what people promise each other, and what becomes of it, behind the wall."""

import datetime
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

# What belongs to an agreement belongs to its team, and names versions and parties of no other.
KEYS = """
ALTER TABLE agreements_agreement ADD CONSTRAINT agreement_within_team UNIQUE (team_id, id);
ALTER TABLE agreements_agreement ADD CONSTRAINT what_it_renews_is_the_teams
    FOREIGN KEY (team_id, renews_id) REFERENCES agreements_agreement (team_id, id) DEFERRABLE;
ALTER TABLE agreements_agreement ADD CONSTRAINT what_is_in_force_was_written
    FOREIGN KEY (id, in_force) REFERENCES agreements_agreementversion (agreement_id, number)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE agreements_agreement ADD CONSTRAINT what_is_on_the_table_was_written
    FOREIGN KEY (id, on_table) REFERENCES agreements_agreementversion (agreement_id, number)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE agreements_party ADD CONSTRAINT party_within_agreement UNIQUE (agreement_id, id);
ALTER TABLE agreements_party ADD CONSTRAINT party_on_its_side UNIQUE (id, side);
ALTER TABLE agreements_occurrence ADD CONSTRAINT day_within_agreement UNIQUE (agreement_id, id);
ALTER TABLE agreements_answer ADD CONSTRAINT answer_is_of_a_party
    FOREIGN KEY (agreement_id, party_id) REFERENCES agreements_party (agreement_id, id) DEFERRABLE;
ALTER TABLE agreements_answer ADD CONSTRAINT answer_is_to_a_version
    FOREIGN KEY (agreement_id, number)
    REFERENCES agreements_agreementversion (agreement_id, number) DEFERRABLE;
ALTER TABLE agreements_judgement ADD CONSTRAINT judge_stands_on_that_side
    FOREIGN KEY (party_id, side) REFERENCES agreements_party (id, side) DEFERRABLE;
"""
OF_THE_TEAM = "".join(
    f"ALTER TABLE agreements_{table} ADD CONSTRAINT {table}_is_the_teams"
    " FOREIGN KEY (team_id, agreement_id) REFERENCES agreements_agreement (team_id, id) DEFERRABLE;"
    for table in ("agreementversion", "party", "answer", "occurrence", "judgement", "contest")
)
OF_ONE_AGREEMENT = "".join(
    f"ALTER TABLE agreements_{table} ADD CONSTRAINT {table}_is_of_that_{thing}"
    f" FOREIGN KEY (agreement_id, {thing}_id)"
    f" REFERENCES agreements_{thing} (agreement_id, id) DEFERRABLE;"
    for table in ("judgement", "contest")
    for thing in ("party", "occurrence")
)
WITNESS = """
CREATE FUNCTION agreements_refuse_a_party_as_witness() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM agreements_party
        WHERE agreement_id = NEW.agreement_id
            AND person_id IN (NEW.named_by_promisor_id, NEW.named_by_other_id)
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_witness_is_no_party',
            MESSAGE = 'A witness is no party to the agreement.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_witness_is_no_party BEFORE INSERT OR UPDATE ON agreements_contest
    FOR EACH ROW EXECUTE FUNCTION agreements_refuse_a_party_as_witness();
"""
WALLED = (
    "agreement", "agreementversion", "party", "answer", "occurrence", "judgement", "contest",
)
WALL = "".join(f"SELECT kring_build_wall('agreements_{table}');" for table in WALLED)
NO_WALL = "".join(f"SELECT kring_tear_down_wall('agreements_{table}');" for table in WALLED)
# The tables take their own keys along; these stand between two of them.
UNDONE = """
DROP TRIGGER a_witness_is_no_party ON agreements_contest;
DROP FUNCTION agreements_refuse_a_party_as_witness();
""" + "".join(
    f"ALTER TABLE agreements_{table} DROP CONSTRAINT {name};"
    for table, name in (
        ("agreement", "what_is_in_force_was_written"),
        ("agreement", "what_is_on_the_table_was_written"),
        ("agreement", "what_it_renews_is_the_teams"),
        ("answer", "answer_is_of_a_party"),
        ("answer", "answer_is_to_a_version"),
        ("judgement", "judge_stands_on_that_side"),
        *((table, f"{table}_is_the_teams") for table in WALLED[1:]),
        *(
            (table, f"{table}_is_of_that_{thing}")
            for table in ("judgement", "contest")
            for thing in ("party", "occurrence")
        ),
    )
)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('teams', '0014_find_in_one_go'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('bilateral', 'between people of the team'), ('team', 'of the whole team'), ('manager', 'with the manager')], max_length=16)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('active', 'Agreed'), ('expiring', 'Ends soon'), ('renewed', 'Renewed'), ('retired', 'Ended'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Never answered')], max_length=10)),
                ('on_table', models.PositiveSmallIntegerField(null=True)),
                ('in_force', models.PositiveSmallIntegerField(null=True)),
                ('answer_by', models.DateField(null=True)),
                ('renews', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renewals', to='agreements.agreement')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='AgreementVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('when', models.CharField(blank=True, max_length=300)),
                ('then', models.CharField(max_length=300)),
                ('how_seen', models.CharField(max_length=300)),
                ('due_on', models.DateField()),
                ('proposed_on', models.DateField()),
                ('at', models.DateTimeField()),
                ('agreement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='agreements.agreement')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='Occurrence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('upcoming', 'To be done'), ('declared', 'Said to be done'), ('kept', 'Kept'), ('broken', 'Broken'), ('contested', 'Contested'), ('released', 'Released')], max_length=10)),
                ('due_on', models.DateField()),
                ('first_due_on', models.DateField()),
                ('renegotiations', models.PositiveSmallIntegerField(default=0)),
                ('clock_on', models.DateField(null=True)),
                ('done_on', models.DateField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('is_tacit', models.BooleanField(default=False)),
                ('is_automatic', models.BooleanField(default=False)),
                ('agreement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='occurrences', to='agreements.agreement')),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('promisor', 'promises'), ('counterparty', 'is promised'), ('everybody', 'promises, as all do')], max_length=12)),
                ('agreement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='agreements.agreement')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('promisor', 'promises'), ('counterparty', 'is promised'), ('everybody', 'promises, as all do')], max_length=12)),
                ('verdict', models.CharField(choices=[('kept', 'Kept'), ('broken', 'Not kept')], max_length=10)),
                ('words', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.agreement')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
                ('occurrence', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='judgements', to='agreements.occurrence')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.party')),
            ],
        ),
        migrations.CreateModel(
            name='Contest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('verdict', models.CharField(blank=True, choices=[('kept', 'Kept'), ('broken', 'Not kept')], max_length=10)),
                ('verdict_words', models.CharField(blank=True, max_length=300)),
                ('decided_at', models.DateTimeField(null=True)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.agreement')),
                ('named_by_other', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('named_by_promisor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
                ('occurrence', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='contest_of', to='agreements.occurrence')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.party')),
            ],
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('says', models.CharField(choices=[('accepts', 'accepts'), ('declines', 'declines')], max_length=12)),
                ('why', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='agreements.agreement')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
                ('party', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='agreements.party')),
            ],
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['team', 'state'], name='agreements_of_a_team'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['bilateral', 'team', 'manager'])), name='agreement_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('in_force', None), ('on_table__isnull', False), ('state', 'proposed')), models.Q(('in_force', None), ('on_table', None), ('state__in', ('declined', 'withdrawn', 'lapsed'))), models.Q(('in_force__isnull', False), ('state__in', ('active', 'expiring'))), models.Q(('in_force__isnull', False), ('state__in', ['renewed', 'retired'])), _connector='OR'), name='one_version_of_an_agreement_holds'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('on_table', None), ('in_force', None), ('on_table__gt', models.F('in_force')), _connector='OR'), name='what_is_talked_about_comes_later'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer_by', None), ('on_table', None)), models.Q(('answer_by__isnull', False), ('on_table__isnull', False)), _connector='OR'), name='what_is_on_the_table_waits_for_a_day'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('declined', 'withdrawn', 'lapsed')), _negated=True), fields=('renews',), name='an_agreement_is_renewed_once'),
        ),
        migrations.AddConstraint(
            model_name='agreementversion',
            constraint=models.UniqueConstraint(fields=('agreement', 'number'), name='versions_of_an_agreement_are_numbered'),
        ),
        migrations.AddConstraint(
            model_name='agreementversion',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='versions_are_numbered_from_one'),
        ),
        migrations.AddConstraint(
            model_name='agreementversion',
            constraint=models.CheckConstraint(condition=models.Q(('then', ''), _negated=True), name='a_promise_says_what'),
        ),
        migrations.AddConstraint(
            model_name='agreementversion',
            constraint=models.CheckConstraint(condition=models.Q(('how_seen', ''), _negated=True), name='a_promise_can_be_seen_to_be_kept'),
        ),
        migrations.AddConstraint(
            model_name='agreementversion',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('proposed_on'))), name='a_promise_is_for_a_day_to_come'),
        ),
        migrations.AddConstraint(
            model_name='agreementversion',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__lte', django.db.models.expressions.CombinedExpression(models.F('proposed_on'), '+', models.Value(datetime.timedelta(days=366))))), name='a_promise_is_for_a_year_at_most'),
        ),
        migrations.AddIndex(
            model_name='occurrence',
            index=models.Index(fields=['team', 'first_due_on'], name='promises_of_a_team'),
        ),
        migrations.AddConstraint(
            model_name='occurrence',
            constraint=models.UniqueConstraint(fields=('agreement', 'number'), name='days_of_an_agreement_are_numbered'),
        ),
        migrations.AddConstraint(
            model_name='occurrence',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['upcoming', 'declared', 'kept', 'broken', 'contested', 'released'])), name='fate_of_a_promise_is_known'),
        ),
        migrations.AddConstraint(
            model_name='occurrence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('state__in', ['upcoming', 'declared'])), models.Q(models.Q(('state__in', ['upcoming', 'declared']), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='what_is_settled_was_settled_once'),
        ),
        migrations.AddConstraint(
            model_name='occurrence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('clock_on', None), ('state__in', ['kept', 'released'])), ('state', 'broken'), models.Q(('state__in', ['upcoming', 'declared', 'contested']), ('clock_on__isnull', False)), _connector='OR'), name='what_is_not_over_waits_for_a_day'),
        ),
        migrations.AddConstraint(
            model_name='occurrence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_by', None), ('done_on', None)), models.Q(('done_by__isnull', False), ('done_on__isnull', False)), _connector='OR'), name='who_did_it_says_so'),
        ),
        migrations.AddConstraint(
            model_name='occurrence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'declared'), _negated=True), ('done_on__isnull', False), _connector='OR'), name='what_is_judged_was_said_to_be_done'),
        ),
        migrations.AddConstraint(
            model_name='occurrence',
            constraint=models.CheckConstraint(condition=models.Q(('is_tacit', False), ('state', 'kept'), _connector='OR'), name='silence_keeps_a_promise'),
        ),
        migrations.AddConstraint(
            model_name='occurrence',
            constraint=models.CheckConstraint(condition=models.Q(('is_automatic', False), ('done_on', None), _connector='OR'), name='a_word_in_time_breaks_nothing'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.UniqueConstraint(fields=('agreement', 'person'), name='somebody_is_party_on_one_side'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(('side__in', ['promisor', 'counterparty', 'everybody'])), name='side_of_a_party_is_known'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.UniqueConstraint(fields=('occurrence', 'party'), name='a_party_judges_a_promise_once'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.CheckConstraint(condition=models.Q(('side__in', ['counterparty', 'everybody'])), name='nobody_judges_their_own_promise'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['kept', 'broken'])), name='a_judgement_is_known'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.CheckConstraint(condition=models.Q(('verdict', 'broken'), ('words', ''), _negated=True), name='a_broken_promise_is_talked_through'),
        ),
        migrations.AddConstraint(
            model_name='contest',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='who_contests_says_why'),
        ),
        migrations.AddConstraint(
            model_name='contest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('verdict', '')), models.Q(('decided_at__isnull', False), ('verdict__in', ['kept', 'broken']), ('named_by_other__isnull', False), ('named_by_other', models.F('named_by_promisor'))), _connector='OR'), name='a_witness_of_both_decides'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.UniqueConstraint(fields=('party', 'number'), name='a_party_answers_a_version_once'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('says__in', ['accepts', 'declines'])), name='answer_to_a_version_is_known'),
        ),
        migrations.RunSQL(KEYS + OF_THE_TEAM + OF_ONE_AGREEMENT, migrations.RunSQL.noop),
        migrations.RunSQL(WITNESS, UNDONE),
        migrations.RunSQL(WALL, NO_WALL),
    ]
