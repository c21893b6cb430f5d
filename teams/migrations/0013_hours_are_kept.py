"""The working hours that once held are written once: the database refuses to change them."""

from django.db import migrations

KEEP = """
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON teams_workcalendar
    FOR EACH ROW EXECUTE FUNCTION kring_written_once();
"""
LET_GO = "DROP TRIGGER written_once ON teams_workcalendar;"


class Migration(migrations.Migration):
    dependencies = [("teams", "0012_words_of_the_company")]

    operations = [migrations.RunSQL(KEEP, LET_GO)]
