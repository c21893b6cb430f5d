"""What was said is kept as it was said, from the owner of the tables too."""

from django.db import migrations

SAID = (
    "agreements_agreementversion",
    "agreements_party",
    "agreements_answer",
    "agreements_judgement",
)
KEEP = """
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION kring_written_once();
"""
LET_GO = "DROP TRIGGER written_once ON {table};"


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0001_first"),
        ("teams", "0002_promises"),
    ]

    operations = [
        migrations.RunSQL(KEEP.format(table=table), LET_GO.format(table=table)) for table in SAID
    ]
