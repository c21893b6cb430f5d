"""What was promised is written once: the database refuses to change it, whoever asks."""

from django.db import migrations

KEEP = """
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON crm_answerpromise
    FOR EACH ROW EXECUTE FUNCTION kring_written_once();
"""
LET_GO = "DROP TRIGGER written_once ON crm_answerpromise;"


class Migration(migrations.Migration):
    dependencies = [("crm", "0025_attachments"), ("teams", "0002_promises")]

    operations = [migrations.RunSQL(KEEP, LET_GO)]
