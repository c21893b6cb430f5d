"""By which words a note is found: those of its text, for members of its team."""

from django.db import migrations

TELL = """
CREATE TRIGGER words_told AFTER INSERT OR UPDATE OF text, removed_at ON crm_note
    FOR EACH ROW EXECUTE FUNCTION kring_tell_words('n', 'text');
CREATE TRIGGER words_forgotten AFTER DELETE ON crm_note
    FOR EACH ROW EXECUTE FUNCTION kring_forget_words('n');

INSERT INTO teams_findable (team_id, kind, subject_id, words)
SELECT team_id, 'n', id, kring_lexemes(format('n%s ', team_id), text)
FROM crm_note WHERE removed_at IS NULL;
"""

FORGET = """
DROP TRIGGER words_forgotten ON crm_note;
DROP TRIGGER words_told ON crm_note;
DELETE FROM teams_findable WHERE kind = 'n';
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0023_words_of_customers")]

    operations = [migrations.RunSQL(TELL, FORGET)]
