"""Which reports somebody gets by mail, each team's behind the second wall."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("dashboards", "0008_receipts"),
    ]

    operations = [
        migrations.CreateModel(
            "Subscription",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("weekly_on", models.PositiveSmallIntegerField(null=True)),
                ("monthly", models.BooleanField(default=False)),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.team",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("team", "user"), name="somebody_chooses_once_for_a_team"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(weekly_on=None)
                        | models.Q(weekly_on__in=[2, 3, 4, 5, 6, 0, 1]),
                        name="a_report_is_mailed_on_a_day_of_the_week",
                    ),
                ]
            },
        ),
        migrations.RunSQL(
            "SELECT kring_build_wall('dashboards_subscription')",
            "SELECT kring_tear_down_wall('dashboards_subscription')",
        ),
    ]
