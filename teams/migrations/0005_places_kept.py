"""Whoever is invited counts: members and open invitations are fifty at most, together."""

from django.db import migrations

PLACES_TAKEN = """
-- Open is an invitation that nobody has answered and that lasts beyond this moment.
CREATE FUNCTION kring_places_taken(team bigint, moment timestamptz, member bigint, invited bigint)
RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT (SELECT count(*) FROM teams_membership
            WHERE team_id = team AND until_at IS NULL AND id IS DISTINCT FROM member)
         + (SELECT count(*) FROM teams_invitation
            WHERE team_id = team AND accepted_at IS NULL AND withdrawn_at IS NULL
              AND expires_at > moment AND id IS DISTINCT FROM invited)
$$;
CREATE FUNCTION kring_place_is_free() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    taken bigint;
BEGIN
    -- Whoever wants a place waits here for the one before them, so that both cannot have the last.
    PERFORM 1 FROM teams_team WHERE id = NEW.team_id FOR UPDATE;
    IF TG_TABLE_NAME = 'teams_membership' THEN
        taken := kring_places_taken(NEW.team_id, NEW.since_at, NEW.id, NULL);
    ELSE
        taken := kring_places_taken(NEW.team_id, NEW.invited_at, NULL, NEW.id);
    END IF;
    IF taken >= 50 THEN
        RAISE EXCEPTION 'a team has at most fifty people, with those who are invited'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'at_most_fifty';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER place_is_free BEFORE INSERT OR UPDATE ON teams_membership
    FOR EACH ROW WHEN (NEW.until_at IS NULL) EXECUTE FUNCTION kring_place_is_free();
CREATE TRIGGER place_is_free BEFORE INSERT OR UPDATE ON teams_invitation
    FOR EACH ROW WHEN (NEW.accepted_at IS NULL AND NEW.withdrawn_at IS NULL)
    EXECUTE FUNCTION kring_place_is_free();
"""
AND_BACK = """
DROP TRIGGER place_is_free ON teams_invitation;
DROP TRIGGER place_is_free ON teams_membership;
DROP FUNCTION kring_place_is_free();
DROP FUNCTION kring_places_taken(bigint, timestamptz, bigint, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("teams", "0004_invitations")]

    operations = [migrations.RunSQL(PLACES_TAKEN, AND_BACK)]
