"""Looking back at a month, behind the second wall; what was concluded is changed no more."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

INNER = ("reflection", "followup")
KEYS = "ALTER TABLE reviews_evaluation ADD CONSTRAINT evaluation_within_team UNIQUE (team_id, id);" + "".join(
    f"ALTER TABLE reviews_{table} ADD CONSTRAINT {table}_is_the_teams"
    " FOREIGN KEY (team_id, evaluation_id) REFERENCES reviews_evaluation (team_id, id) DEFERRABLE;"
    for table in INNER
)
NO_KEYS = "".join(
    f"ALTER TABLE reviews_{table} DROP CONSTRAINT {table}_is_the_teams;" for table in INNER
)
CONCLUDED = """
CREATE FUNCTION reviews_stay_concluded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM reviews_evaluation WHERE id = OLD.evaluation_id AND stage = 'concluded'
    ) THEN
        RAISE EXCEPTION 'what a team concluded is changed no more';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER stays_concluded BEFORE UPDATE OR DELETE ON reviews_reflection
    FOR EACH ROW EXECUTE FUNCTION reviews_stay_concluded();
CREATE TRIGGER stays_concluded BEFORE UPDATE OR DELETE ON reviews_followup
    FOR EACH ROW EXECUTE FUNCTION reviews_stay_concluded();
"""
NOT_CONCLUDED = """
DROP TRIGGER stays_concluded ON reviews_reflection;
DROP TRIGGER stays_concluded ON reviews_followup;
DROP FUNCTION reviews_stay_concluded();
"""
WALLED = ("evaluation", *INNER)
WALL = "".join(f"SELECT kring_build_wall('reviews_{table}');" for table in WALLED)
NO_WALL = "".join(f"SELECT kring_tear_down_wall('reviews_{table}');" for table in WALLED)


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0009_every_clock_has_its_job'),
        ('reviews', '0001_first'),
        ('teams', '0015_mail_with_pictures'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Evaluation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month_on', models.DateField()),
                ('stage', models.CharField(choices=[('asked', 'Not begun'), ('open', 'We look back'), ('concluded', 'Concluded')], max_length=9)),
                ('due_on', models.DateField()),
                ('begun_at', models.DateTimeField(null=True)),
                ('concluded_at', models.DateTimeField(null=True)),
                ('led_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('agreement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='follows_from', to='agreements.agreement')),
                ('evaluation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='reviews.evaluation')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='Reflection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(choices=[('wanted', 'What did we want of this month?'), ('happened', 'What happened, as our figures tell it?'), ('helped', 'What went well, and what made it go well?'), ('hindered', 'What did not go well, and what in our process made it so?'), ('learned', 'What do we know now that we did not know before?'), ('changes', 'What do we do otherwise from now on, and what do we stop?')], max_length=8)),
                ('text', models.TextField(blank=True, max_length=2000)),
                ('version', models.PositiveIntegerField(default=0)),
                ('is_published', models.BooleanField(default=False)),
                ('evaluation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reflections', to='reviews.evaluation')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
        ),
        migrations.AddConstraint(
            model_name='evaluation',
            constraint=models.UniqueConstraint(fields=('team', 'month_on'), name='a_team_looks_back_at_a_month_once'),
        ),
        migrations.AddConstraint(
            model_name='evaluation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('begun_at', None), ('concluded_at', None), ('led_by', None), ('stage', 'asked')), models.Q(('begun_at__isnull', False), ('concluded_at', None), ('led_by__isnull', False), ('stage', 'open')), models.Q(('begun_at__isnull', False), ('concluded_at__isnull', False), ('led_by__isnull', False), ('stage', 'concluded')), _connector='OR'), name='an_evaluation_is_begun_and_then_concluded'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.UniqueConstraint(fields=('evaluation', 'number'), name='follow_ups_of_an_evaluation_are_numbered'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(('number__range', (1, 3))), name='an_evaluation_ends_in_three_agreements_at_most'),
        ),
        migrations.AddConstraint(
            model_name='reflection',
            constraint=models.UniqueConstraint(fields=('evaluation', 'question'), name='a_question_is_answered_once'),
        ),
        migrations.AddConstraint(
            model_name='reflection',
            constraint=models.CheckConstraint(condition=models.Q(('is_published', False), models.Q(('text', ''), _negated=True), _connector='OR'), name='only_what_was_said_is_published'),
        ),
        migrations.RunSQL(KEYS, NO_KEYS),
        migrations.RunSQL(CONCLUDED, NOT_CONCLUDED),
        migrations.RunSQL(WALL, NO_WALL),
    ]
