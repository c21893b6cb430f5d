"""When a team works; who was here before begins with office hours."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BEGIN = """
INSERT INTO teams_workcalendar (team_id, number, since_at, country, week, closed_days)
SELECT id, 1, started_at, country,
    '[[[540, 1020]], [[540, 1020]], [[540, 1020]], [[540, 1020]], [[540, 1020]], [], []]', '[]'
FROM teams_team;
SELECT kring_build_wall('teams_workcalendar');
"""


class Migration(migrations.Migration):
    dependencies = [("teams", "0009_country")]

    operations = [
        migrations.CreateModel(
            name="WorkCalendar",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("since_at", models.DateTimeField()),
                ("country", models.CharField(max_length=2)),
                ("week", models.JSONField()),
                ("closed_days", models.JSONField(default=list)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calendars",
                        to="teams.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("team", "number"), name="calendars_are_numbered"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)),
                        name="calendars_are_numbered_from_one",
                    ),
                ],
            },
        ),
        migrations.RunSQL(BEGIN, "SELECT kring_tear_down_wall('teams_workcalendar');"),
    ]
