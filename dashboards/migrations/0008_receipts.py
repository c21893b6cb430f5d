"""That a report was read: by a side and never by a person, written once, behind the second wall."""

import django.db.models.deletion
from django.db import migrations, models

BUILD = """
ALTER TABLE dashboards_report ADD CONSTRAINT report_within_team UNIQUE (team_id, id);
ALTER TABLE dashboards_receipt ADD CONSTRAINT receipt_is_the_teams
    FOREIGN KEY (team_id, report_id) REFERENCES dashboards_report (team_id, id) DEFERRABLE;
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON dashboards_receipt
    FOR EACH ROW EXECUTE FUNCTION kring_written_once();
SELECT kring_build_wall('dashboards_receipt');
"""

TEAR_DOWN = """
SELECT kring_tear_down_wall('dashboards_receipt');
DROP TRIGGER written_once ON dashboards_receipt;
ALTER TABLE dashboards_receipt DROP CONSTRAINT receipt_is_the_teams;
ALTER TABLE dashboards_report DROP CONSTRAINT report_within_team;
"""


class Migration(migrations.Migration):
    dependencies = [("dashboards", "0007_rebasing")]

    operations = [
        migrations.CreateModel(
            "Receipt",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("team", "Team"), ("management", "Management")], max_length=10
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="dashboards.report",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("report", "side"), name="a_side_reads_a_report_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["team", "management"])),
                        name="a_receipt_is_of_a_side",
                    ),
                ]
            },
        ),
        migrations.RunSQL(BUILD, TEAR_DOWN),
    ]
