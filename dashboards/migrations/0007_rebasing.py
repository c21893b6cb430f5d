"""A normal range may be followed by another one, and stays as it was signed."""

import django.db.models.deletion
from django.db import migrations, models

LOCKED = """
ALTER TABLE dashboards_baseline ADD CONSTRAINT baseline_within_team UNIQUE (team_id, id);
ALTER TABLE dashboards_baseline ADD CONSTRAINT replaced_range_is_the_teams
    FOREIGN KEY (team_id, replaces_id) REFERENCES dashboards_baseline (team_id, id) DEFERRABLE;
CREATE FUNCTION kring_baseline_is_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL
        OR to_jsonb(NEW) - 'ended_at' IS DISTINCT FROM to_jsonb(OLD) - 'ended_at' THEN
        RAISE EXCEPTION 'a normal range stays as it was signed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER locked BEFORE UPDATE ON dashboards_baseline
    FOR EACH ROW EXECUTE FUNCTION kring_baseline_is_locked();
"""

UNLOCKED = """
DROP TRIGGER locked ON dashboards_baseline;
DROP FUNCTION kring_baseline_is_locked;
ALTER TABLE dashboards_baseline DROP CONSTRAINT replaced_range_is_the_teams;
ALTER TABLE dashboards_baseline DROP CONSTRAINT baseline_within_team;
"""


class Migration(migrations.Migration):
    dependencies = [("dashboards", "0006_commentary")]

    operations = [
        migrations.AddField(
            "baseline", "lasting", models.CharField(blank=True, default="", max_length=300)
        ),
        migrations.AddField(
            "baseline",
            "replaces",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="replaced_by",
                to="dashboards.baseline",
            ),
        ),
        migrations.AddConstraint(
            "baseline",
            models.CheckConstraint(
                condition=models.Q(replaces=None, lasting="")
                | models.Q(replaces__isnull=False) & ~models.Q(lasting=""),
                name="a_new_range_is_answered_for",
            ),
        ),
        migrations.RunSQL(LOCKED, UNLOCKED),
    ]
