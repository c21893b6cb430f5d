"""How a name may be spelled, so that nobody writes down a customer twice unawares.

pg_trgm is not on every server, and among many customers with the same trade in their name it would
find too many. So a name is kept as its letters and as those with one of them left out: two names
that have one of these in common differ in a letter at most.
"""

from django.db import migrations, models
from django.db.models.functions import Right

# These say nothing of who somebody is. One letter is most often a part of a legal form ("B.V.").
SAYS_NOTHING = "{bv,nv,vof,cv,gmbh,ltd,inc,llc,plc,bvba,nederland,holland,netherlands}"

BUILD = rf"""
-- Of three letters each one matters. The cost says that an index is cheaper than many calls.
CREATE FUNCTION crm_spellings(name text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
DECLARE
    words text[] := public.kring_words(regexp_replace(lower(name), '(.)\1+', '\1', 'g'));
    telling text[] := ARRAY(
        SELECT word FROM unnest(words) word
        WHERE word <> ALL ('{SAYS_NOTHING}'::text[]) AND (length(word) > 1 OR word ~ '[0-9]')
        ORDER BY word
    );
    letters text := left(array_to_string(coalesce(nullif(telling, '{{}}'), words), ''), 60);
BEGIN
    RETURN letters || CASE WHEN length(letters) > 3 THEN ARRAY(
        SELECT left(letters, place - 1) || substr(letters, place + 1)
        FROM generate_series(1, length(letters)) place
    ) END;
END $$;

CREATE INDEX organizations_alike ON crm_organization USING gin (crm_spellings(name));
CREATE INDEX contacts_alike ON crm_contact USING gin (crm_spellings(name));
"""

TEAR_DOWN = """
DROP INDEX contacts_alike;
DROP INDEX organizations_alike;
DROP FUNCTION crm_spellings(text);
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0026_promises_are_kept"), ("teams", "0011_findable")]

    operations = [
        migrations.RunSQL(BUILD, TEAR_DOWN),
        migrations.AddIndex(
            model_name="contactpoint",
            index=models.Index(Right("value_key", 9), name="points_by_their_end"),
        ),
    ]
