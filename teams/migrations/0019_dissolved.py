"""Teams that were dissolved: nobody comes into one any more."""

from django.db import migrations, models

BUILD = """
CREATE FUNCTION kring_team_is_there() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever wants to come in waits here for who dissolves it.
    PERFORM 1 FROM teams_team WHERE id = NEW.team_id AND dissolved_at IS NOT NULL FOR UPDATE;
    IF FOUND THEN
        RAISE EXCEPTION 'this team was dissolved'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_comes_into_what_was_dissolved';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER team_is_there BEFORE INSERT OR UPDATE ON teams_membership
    FOR EACH ROW WHEN (NEW.until_at IS NULL) EXECUTE FUNCTION kring_team_is_there();
CREATE TRIGGER team_is_there BEFORE INSERT OR UPDATE ON teams_managerlink
    FOR EACH ROW WHEN (NEW.until_at IS NULL) EXECUTE FUNCTION kring_team_is_there();
CREATE TRIGGER team_is_there BEFORE INSERT OR UPDATE ON teams_invitation
    FOR EACH ROW WHEN (NEW.accepted_at IS NULL AND NEW.withdrawn_at IS NULL)
    EXECUTE FUNCTION kring_team_is_there();
"""

TEAR_DOWN = """
DROP TRIGGER team_is_there ON teams_invitation;
DROP TRIGGER team_is_there ON teams_managerlink;
DROP TRIGGER team_is_there ON teams_membership;
DROP FUNCTION kring_team_is_there();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('teams', '0018_roles'),
    ]

    operations = [
        migrations.AddField(
            model_name='team',
            name='dissolved_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='dissolved'),
        ),
        migrations.RunSQL(BUILD, TEAR_DOWN),
    ]
