"""What the database itself keeps: a cell of fifty, one place per person, an honest logbook."""

from django.db import migrations

WRITTEN_ONCE = """
CREATE FUNCTION kring_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is written once and never changed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON teams_logentry
    FOR EACH ROW EXECUTE FUNCTION kring_written_once();
"""

ONE_PLACE = """
CREATE FUNCTION kring_one_place() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    elsewhere text := TG_ARGV[0];
    taken boolean;
BEGIN
    IF NEW.until_at IS NOT NULL THEN
        RETURN NEW;
    END IF;
    -- Whoever wants a place waits here for the one before them, so that both cannot have the last.
    PERFORM 1 FROM teams_team WHERE id = NEW.team_id FOR UPDATE;
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM %I WHERE team_id = $1 AND user_id = $2 AND until_at IS NULL)',
        elsewhere
    ) INTO taken USING NEW.team_id, NEW.user_id;
    IF taken THEN
        RAISE EXCEPTION 'nobody is both member and manager of a team'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'member_or_manager';
    END IF;
    IF TG_TABLE_NAME = 'teams_membership' AND (
        SELECT count(*) FROM teams_membership
        WHERE team_id = NEW.team_id AND until_at IS NULL AND id IS DISTINCT FROM NEW.id
    ) >= 50 THEN
        RAISE EXCEPTION 'a team has at most fifty people'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'at_most_fifty';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER one_place BEFORE INSERT OR UPDATE ON teams_membership
    FOR EACH ROW EXECUTE FUNCTION kring_one_place('teams_managerlink');
CREATE TRIGGER one_place BEFORE INSERT OR UPDATE ON teams_managerlink
    FOR EACH ROW EXECUTE FUNCTION kring_one_place('teams_membership');
"""


class Migration(migrations.Migration):
    dependencies = [("teams", "0001_first")]

    operations = [
        migrations.RunSQL(
            WRITTEN_ONCE,
            "DROP TRIGGER written_once ON teams_logentry; DROP FUNCTION kring_written_once();",
        ),
        migrations.RunSQL(
            ONE_PLACE,
            "DROP TRIGGER one_place ON teams_membership;"
            " DROP TRIGGER one_place ON teams_managerlink; DROP FUNCTION kring_one_place();",
        ),
    ]
