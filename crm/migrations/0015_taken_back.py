"""What was taken back: a line of the logbook once, and for ever."""

import django.db.models.deletion
from django.db import migrations, models

KEEP = """
SELECT kring_build_wall('crm_takenback');
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON crm_takenback
    FOR EACH ROW EXECUTE FUNCTION kring_written_once();
"""

KEEP_NO_MORE = """
DROP TRIGGER written_once ON crm_takenback;
SELECT kring_tear_down_wall('crm_takenback');
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0014_exports"), ("teams", "0007_second_wall")]

    operations = [
        migrations.CreateModel(
            name="TakenBack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_line", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="takes_back", to="teams.logentry")),
                ("line", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="taken_back", to="teams.logentry")),
                ("team", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="teams.team")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("line", models.F("by_line")), _negated=True),
                        name="no_line_takes_itself_back",
                    )
                ],
            },
        ),
        migrations.RunSQL(KEEP, KEEP_NO_MORE),
    ]
