"""What the database itself keeps: a published report stays as it was published."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dashboards", "0001_first"), ("teams", "0002_promises")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON dashboards_report"
            " FOR EACH ROW EXECUTE FUNCTION kring_written_once();",
            "DROP TRIGGER written_once ON dashboards_report;",
        ),
    ]
