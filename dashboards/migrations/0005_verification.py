"""What came of looking at a team's reports, each team's own behind the second wall."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dashboards", "0004_dimensions")]

    operations = [
        migrations.CreateModel(
            "Verification",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("reports", models.PositiveIntegerField()),
                ("faults", models.JSONField(default=list)),
                (
                    "team",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="verification",
                        to="teams.team",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(
            "SELECT kring_build_wall('dashboards_verification')",
            "SELECT kring_tear_down_wall('dashboards_verification')",
        ),
    ]
