"""Most often the visits of one deal are told: a few, found by their keys and not by a scan."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("crm", "0043_visits_that_went_on")]

    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION crm_told_visits(bigint[]) ROWS 10;",
            "ALTER FUNCTION crm_told_visits(bigint[]) ROWS 1000;",
        ),
    ]
