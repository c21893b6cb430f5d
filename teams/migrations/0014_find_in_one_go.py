"""Found through the index whatever the planner guesses, and among things that somebody names.

How many words begin so is not in the statistics: the guess was a hundredth of all rows, for which
the whole table was read. And of what the whole company has, far too much may begin so: of that no
more is read than can be shown, and somebody may name those among which to look.
"""

from importlib import import_module

from django.db import migrations

FIND = r"""
DROP FUNCTION kring_find(text, bigint[], bigint[], text, integer);

CREATE FUNCTION kring_find(
    kind text, teams bigint[], inside bigint[], asked text, most integer,
    among bigint[] DEFAULT NULL
)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    readable text := current_setting('kring.readable', true);
    opened bigint[] := ARRAY(
        SELECT team FROM unnest(teams) WITH ORDINALITY asked_for (team, place)
        WHERE readable = 'all' OR team = ANY (nullif(nullif(readable, ''), 'all')::bigint[])
        ORDER BY place
    );
    keys text[] := ARRAY(
        SELECT kind || ' '
        UNION ALL
        SELECT kind || team || ' ' FROM unnest(opened) team
        UNION ALL
        SELECT kind || team || '.' FROM unnest(opened) team WHERE team = ANY (inside)
    );
    looked_for tsquery := kring_query(keys, asked);
    -- A number is written with a nought in its own country, and kept with that of the country.
    part text := regexp_replace(array_to_string(kring_words(asked), ''), '^0+(?=[0-9]+$)', '');
BEGIN
    IF length(part) >= 3 THEN
        looked_for := looked_for || (quote_literal(kind || '@' || left(part, 40)) || ':*')::tsquery;
    END IF;
    IF among IS NOT NULL THEN
        RETURN QUERY
        SELECT found.subject_id FROM teams_findable found
        WHERE found.kind = kring_find.kind AND found.subject_id = ANY (among)
            AND found.words @@ looked_for
            AND (found.team_id IS NULL OR found.team_id = ANY (opened))
        ORDER BY found.subject_id DESC
        LIMIT most;
        RETURN;
    END IF;
    RETURN QUERY
    SELECT found.subject_id FROM (
        -- Where so many have the words, nobody misses the newest of all.
        SELECT * FROM teams_findable
        WHERE words @@ looked_for AND (team_id IS NULL OR team_id = ANY (opened))
        LIMIT 10 * most
    ) AS found
    ORDER BY found.team_id = opened[1] DESC, found.subject_id DESC
    LIMIT most;
END $$;
"""

FOUND_BEFORE, _, _ = import_module("teams.migrations.0012_words_of_the_company").FIND.partition(
    "CREATE FUNCTION kring_parts"
)
FIND_AS_BEFORE = f"""
DROP FUNCTION kring_find(text, bigint[], bigint[], text, integer, bigint[]);
{FOUND_BEFORE}
"""


class Migration(migrations.Migration):
    dependencies = [("teams", "0013_hours_are_kept")]

    operations = [migrations.RunSQL(FIND, FIND_AS_BEFORE)]
