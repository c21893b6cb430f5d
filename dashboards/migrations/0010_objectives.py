"""Objectives of a team and what each of it said to them, behind the second wall."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


BUILD = """
ALTER TABLE dashboards_objective ADD CONSTRAINT objective_within_team UNIQUE (team_id, id);
ALTER TABLE dashboards_voice ADD CONSTRAINT voice_is_the_teams
    FOREIGN KEY (team_id, objective_id) REFERENCES dashboards_objective (team_id, id) DEFERRABLE;
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON dashboards_voice
    FOR EACH ROW EXECUTE FUNCTION kring_written_once();
SELECT kring_build_wall('dashboards_objective');
SELECT kring_build_wall('dashboards_voice');
"""

TEAR_DOWN = """
SELECT kring_tear_down_wall('dashboards_voice');
SELECT kring_tear_down_wall('dashboards_objective');
DROP TRIGGER written_once ON dashboards_voice;
ALTER TABLE dashboards_voice DROP CONSTRAINT voice_is_the_teams;
ALTER TABLE dashboards_objective DROP CONSTRAINT objective_within_team;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('dashboards', '0009_subscriptions'),
        ('teams', '0014_find_in_one_go'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Objective',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kpi', models.SlugField(db_index=False, max_length=60)),
                ('period_kind', models.CharField(max_length=5)),
                ('first_on', models.DateField()),
                ('last_on', models.DateField()),
                ('sense', models.CharField(choices=[('least', 'at least'), ('most', 'at most')], max_length=5)),
                ('target', models.DecimalField(decimal_places=4, max_digits=16)),
                ('reference', models.CharField(choices=[('own', 'our own past'), ('teams', 'other teams'), ('outside', 'something outside: a law, a promise, another company')], max_length=8)),
                ('why', models.CharField(max_length=300)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('active', 'Agreed'), ('reached', 'Reached'), ('missed', 'Missed'), ('unjudged', 'Too few figures to judge'), ('dropped', 'Dropped'), ('lapsed', 'Not agreed: fewer than half of us answered')], max_length=10)),
                ('answer_by', models.DateField()),
                ('agreed_on', models.DateField(null=True)),
                ('outcome', models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ('n', models.PositiveSmallIntegerField(default=0)),
                ('ended_why', models.CharField(blank=True, default='', max_length=300)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='objectives', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='Voice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('says', models.CharField(choices=[('consents', 'consents'), ('objects', 'objects')], max_length=8)),
                ('why', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('objective', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='voices', to='dashboards.objective')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
        ),
        migrations.AddIndex(
            model_name='objective',
            index=models.Index(fields=['team', 'state'], name='objectives_of_a_team'),
        ),
        migrations.AddConstraint(
            model_name='objective',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('proposed', 'active'))), fields=('team', 'kpi', 'period_kind'), name='one_open_objective_per_figure'),
        ),
        migrations.AddConstraint(
            model_name='objective',
            constraint=models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on'))), name='objective_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='objective',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__isnull', False), ('state__in', ('reached', 'missed'))), models.Q(models.Q(('state__in', ('reached', 'missed')), _negated=True), ('outcome', None)), _connector='OR'), name='what_was_judged_has_an_outcome'),
        ),
        migrations.AddConstraint(
            model_name='objective',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed_on__isnull', True), ('state__in', ['proposed', 'lapsed'])), models.Q(('agreed_on__isnull', False), ('state__in', ['active', 'reached', 'missed', 'unjudged'])), ('state', 'dropped'), _connector='OR'), name='what_holds_was_agreed_on_a_day'),
        ),
        migrations.AddConstraint(
            model_name='objective',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('ended_why', ''), _negated=True), ('state', 'dropped')), models.Q(models.Q(('state', 'dropped'), _negated=True), ('ended_why', '')), _connector='OR'), name='what_was_dropped_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='voice',
            constraint=models.UniqueConstraint(fields=('objective', 'person'), name='somebody_answers_an_objective_once'),
        ),
        migrations.RunSQL(BUILD, TEAR_DOWN),
    ]
