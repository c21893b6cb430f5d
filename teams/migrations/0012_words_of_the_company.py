"""Words of what is the company's and no team's, and the middle of an address or a number.

What is the company's is kept without a team: no wall shows it, and `kring_find` alone gives its
keys. A lexeme behind "@" is an address or a number from any of its letters on, so that a part of
it is found as a beginning.
"""

import django.db.models.deletion
from django.db import migrations, models

FIND = r"""
CREATE OR REPLACE FUNCTION kring_find(
    kind text, teams bigint[], inside bigint[], asked text, most integer
)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100
SET search_path = pg_catalog, public, pg_temp AS $$
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
    RETURN QUERY
    SELECT found.subject_id FROM teams_findable found
    WHERE found.words @@ looked_for AND (found.team_id IS NULL OR found.team_id = ANY (opened))
    ORDER BY found.team_id = opened[1] DESC, found.subject_id DESC
    LIMIT most;
END $$;

CREATE FUNCTION kring_parts(key text, told text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    whole text := array_to_string(kring_words(told), '');
BEGIN
    RETURN array_to_tsvector(ARRAY(
        SELECT key || substr(whole, start, 40) FROM generate_series(1, length(whole) - 2) start
    ));
END $$;
"""

UNIQUE = ("kind", "subject_id", "team")
NAME = "words_of_a_thing_stand_once"


class Migration(migrations.Migration):
    dependencies = [("teams", "0011_findable")]

    operations = [
        migrations.AlterField(
            model_name="findable",
            name="team",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="teams.team",
            ),
        ),
        migrations.RemoveConstraint(model_name="findable", name=NAME),
        migrations.AddConstraint(
            model_name="findable",
            constraint=models.UniqueConstraint(fields=UNIQUE, name=NAME, nulls_distinct=False),
        ),
        migrations.RunSQL(FIND, "DROP FUNCTION kring_parts(text, text);"),
    ]
