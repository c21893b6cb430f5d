"""By which words the things of a team are found; the database keeps them and looks them up.

A word is kept as it is and in its Dutch and English stem, without case and accents, behind a key:
the kind of the thing, its team, and whether the whole company's readers may find it by this word
(" ") or members alone ("."). So the words of each team lie apart in one index.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# The same for what is kept and for what is asked, so it is said here alone.
FORMS = r"""
CREATE FUNCTION kring_words(told text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_remove(regexp_split_to_array(
        translate(
            replace(replace(replace(
                lower(regexp_replace(normalize(told, NFKD), '[\u0300-\u036f]', '', 'g')),
            'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'),
        'øłđı', 'oldi'),
    '[^[:alnum:]]+'), '')
$$;

CREATE FUNCTION kring_stems(word text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ts_lexize('pg_catalog.dutch_stem', word) || ts_lexize('pg_catalog.english_stem', word)
$$;

-- A word longer than forty letters is known by those.
CREATE FUNCTION kring_lexemes(key text, told text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN array_to_tsvector(ARRAY(
        SELECT key || left(form, 40)
        FROM unnest(kring_words(told)) word, unnest(word || kring_stems(word)) form
    ));
END $$;

-- All of the words, the first ten: each begins a word that is kept, or has its stem. One letter
-- begins too many.
CREATE FUNCTION kring_query(keys text[], asked text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN (
        SELECT string_agg('(' || ways || ')', ' & ')
        FROM (SELECT DISTINCT left(each, 40) AS word FROM unnest((kring_words(asked))[:10]) each)
        AS words,
        LATERAL (
            SELECT string_agg(quote_literal(key || form) || ending, ' | ') AS ways
            FROM unnest(keys) key, (
                SELECT word, CASE WHEN length(word) > 1 THEN ':*' ELSE '' END
                UNION ALL SELECT stem, '' FROM unnest(kring_stems(word)) stem WHERE stem <> word
            ) forms (form, ending)
        ) AS in_each_way
    )::tsquery;
END $$;
"""

# It runs as the owner, for whom no wall stands: `@@` may not look into an index before a policy.
# So it keeps the wall itself, and tells nothing but keys of things, which are walled.
FIND = r"""
CREATE FUNCTION kring_find(kind text, teams bigint[], inside bigint[], asked text, most integer)
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
        SELECT kind || team || ' ' FROM unnest(opened) team
        UNION ALL
        SELECT kind || team || '.' FROM unnest(opened) team WHERE team = ANY (inside)
    );
    looked_for tsquery := kring_query(keys, asked);
BEGIN
    RETURN QUERY
    SELECT found.subject_id FROM teams_findable found
    WHERE found.words @@ looked_for AND found.team_id = ANY (opened)
    ORDER BY found.team_id = opened[1] DESC, found.subject_id DESC
    LIMIT most;
END $$;
"""

# For the tables of any app: CREATE TRIGGER … EXECUTE FUNCTION kring_tell_words('i', 'title', …).
TRIGGERS = r"""
CREATE FUNCTION kring_tell_words() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told jsonb := to_jsonb(NEW);
    text_of_it text := (SELECT string_agg(told ->> name, ' ') FROM unnest(TG_ARGV[1:]) name);
BEGIN
    IF coalesce(told ->> 'removed_at', told ->> 'dropped_at') IS NOT NULL THEN
        DELETE FROM teams_findable WHERE kind = TG_ARGV[0] AND subject_id = NEW.id;
    ELSE
        INSERT INTO teams_findable (team_id, kind, subject_id, words)
        VALUES (NEW.team_id, TG_ARGV[0], NEW.id,
                kring_lexemes(format('%s%s ', TG_ARGV[0], NEW.team_id), text_of_it))
        ON CONFLICT (kind, subject_id, team_id) DO UPDATE SET words = excluded.words;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION kring_forget_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM teams_findable WHERE kind = TG_ARGV[0] AND subject_id = OLD.id;
    RETURN NULL;
END $$;
"""

NO_FUNCTIONS = """
DROP FUNCTION kring_forget_words();
DROP FUNCTION kring_tell_words();
DROP FUNCTION kring_find(text, bigint[], bigint[], text, integer);
DROP FUNCTION kring_query(text[], text);
DROP FUNCTION kring_lexemes(text, text);
DROP FUNCTION kring_stems(text);
DROP FUNCTION kring_words(text);
"""


class Migration(migrations.Migration):
    dependencies = [("teams", "0010_work_calendar")]

    operations = [
        migrations.CreateModel(
            name="Findable",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=1)),
                ("subject_id", models.BigIntegerField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.team",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["words"], name="words_to_find_by"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "subject_id", "team"), name="words_of_a_thing_stand_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(FORMS + FIND + TRIGGERS, NO_FUNCTIONS),
        migrations.RunSQL(
            "SELECT kring_build_wall('teams_findable');",
            "SELECT kring_tear_down_wall('teams_findable');",
        ),
    ]
