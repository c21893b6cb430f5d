"""The team's own words about its figures, each team's behind the second wall."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dashboards", "0005_verification")]

    operations = [
        migrations.CreateModel(
            "Commentary",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period_kind", models.CharField(max_length=5)),
                ("start_on", models.DateField()),
                ("kpi", models.SlugField(blank=True, db_index=False, max_length=60)),
                ("text", models.TextField(blank=True, max_length=1000)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="commentaries",
                        to="teams.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("team", "period_kind", "start_on", "kpi"),
                        name="words_stand_once_per_figure_of_a_report",
                    )
                ]
            },
        ),
        migrations.RunSQL(
            "SELECT kring_build_wall('dashboards_commentary')",
            "SELECT kring_tear_down_wall('dashboards_commentary')",
        ),
    ]
