from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dashboards", "0003_second_wall")]

    operations = [
        migrations.RemoveConstraint("measurement", "revisions_of_a_figure_are_numbered"),
        migrations.RemoveConstraint("measurement", "one_current_figure"),
        migrations.AddField(
            "measurement", "dimension", models.CharField(blank=True, default="", max_length=200)
        ),
        migrations.AddConstraint(
            "measurement",
            models.UniqueConstraint(
                fields=["team", "kpi", "period_kind", "start_on", "dimension", "revision"],
                name="revisions_of_a_figure_are_numbered",
            ),
        ),
        migrations.AddConstraint(
            "measurement",
            models.UniqueConstraint(
                condition=models.Q(superseded_at__isnull=True),
                fields=["team", "period_kind", "kpi", "start_on", "dimension"],
                name="one_current_figure",
            ),
        ),
    ]
