"""What the database itself keeps: nobody sees or writes the rows of a team that is not opened.

Which teams are open say two settings of the connection, `kring.readable` and `kring.writable`: a
list of ids, or "all"; nothing means none. The functions stay, for the tables of later days.
"""

from django.db import migrations

# A subselect that knows nothing of the row is asked once per query. What was set for a
# transaction is an empty text after it, not null.
FUNCTIONS = """
CREATE FUNCTION kring_wall_says(setting text, owner_column text, owners regclass) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    everything text := format($sql$(SELECT current_setting(%L, true) = 'all')$sql$, setting);
    -- The outer cast does nothing but tell ANY that this is an array and no list of rows.
    teams text := format($sql$
        (SELECT NULLIF(NULLIF(current_setting(%L, true), ''), 'all')::bigint[])::bigint[]
    $sql$, setting);
BEGIN
    IF owners IS NOT NULL THEN
        RETURN format('%s OR %I = ANY (ARRAY(SELECT id FROM %s WHERE team_id = ANY (%s)))',
                      everything, owner_column, owners, teams);
    END IF;
    RETURN format('%s OR %I = ANY (%s)', everything, owner_column, teams);
END $$;

-- A table without a team of its own belongs to whom its owner belongs: the stage to the pipeline.
CREATE FUNCTION kring_build_wall(
    walled regclass, owner_column text DEFAULT 'team_id', owners regclass DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    reads text := kring_wall_says('kring.readable', owner_column, owners);
    writes text := kring_wall_says('kring.writable', owner_column, owners);
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', walled);
    EXECUTE format('CREATE POLICY readable ON %s FOR SELECT USING (%s)', walled, reads);
    EXECUTE format('CREATE POLICY added ON %s FOR INSERT WITH CHECK (%s)', walled, writes);
    EXECUTE format('CREATE POLICY changed ON %s FOR UPDATE USING (%s)', walled, writes);
    EXECUTE format('CREATE POLICY removed ON %s FOR DELETE USING (%s)', walled, writes);
END $$;

CREATE FUNCTION kring_tear_down_wall(walled regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    policy text;
BEGIN
    FOR policy IN SELECT polname FROM pg_policy WHERE polrelid = walled LOOP
        EXECUTE format('DROP POLICY %I ON %s', policy, walled);
    END LOOP;
    EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', walled);
END $$;
"""

NO_FUNCTIONS = """
DROP FUNCTION kring_tear_down_wall(regclass);
DROP FUNCTION kring_build_wall(regclass, text, regclass);
DROP FUNCTION kring_wall_says(text, text, regclass);
"""


class Migration(migrations.Migration):
    dependencies = [("teams", "0006_heartbeats")]

    operations = [
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(
            "SELECT kring_build_wall('teams_logentry');",
            "SELECT kring_tear_down_wall('teams_logentry');",
        ),
    ]
