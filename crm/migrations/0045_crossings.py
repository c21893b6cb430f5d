"""Which customers go with a part of a team that divides, and which deal went where."""

import django.db.models.deletion
from django.db import migrations, models

# As before, but for a deal that went on: its words are those of the new team.
TELL_WORDS = """
CREATE OR REPLACE FUNCTION crm_tell_words(deals bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO teams_findable (team_id, kind, subject_id, words)
    SELECT deal.team_id, 'd', deal.id,
        kring_lexemes(
            format('d%s ', deal.team_id),
            concat_ws(' ', deal.number, deal.title, organization.name)
        ) || kring_lexemes(format('d%s.', deal.team_id), contact.name)
    FROM crm_deal deal
    LEFT JOIN crm_organization organization ON organization.id = deal.organization_id
    LEFT JOIN crm_contact contact ON contact.id = deal.contact_id
    WHERE deal.id = ANY (deals) AND deal.deleted_at IS NULL{and_here}
    ON CONFLICT (kind, subject_id, team_id) DO UPDATE SET words = excluded.words;
END $$;

CREATE OR REPLACE FUNCTION crm_deal_was_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.deleted_at IS NOT NULL{or_gone} THEN
        DELETE FROM teams_findable WHERE kind = 'd' AND subject_id = NEW.id;
    ELSE
        PERFORM crm_tell_words(ARRAY[NEW.id]);
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER words_changed ON crm_deal;
CREATE TRIGGER words_changed
    AFTER UPDATE OF title, organization_id, contact_id, deleted_at{gone_at} ON crm_deal
    FOR EACH ROW WHEN ((OLD.title, OLD.organization_id, OLD.contact_id, OLD.deleted_at{old_gone})
        IS DISTINCT FROM (NEW.title, NEW.organization_id, NEW.contact_id, NEW.deleted_at{new_gone}))
    EXECUTE FUNCTION crm_deal_was_changed();
"""
WITH_CROSSINGS = TELL_WORDS.format(
    and_here=" AND deal.gone_at IS NULL",
    or_gone=" OR NEW.gone_at IS NOT NULL",
    gone_at=", gone_at",
    old_gone=", OLD.gone_at",
    new_gone=", NEW.gone_at",
)
WITHOUT_CROSSINGS = TELL_WORDS.format(
    and_here="", or_gone="", gone_at="", old_gone="", new_gone=""
)

# A deal that came had its step, or none, before anything was written about it in its new team.
HAD_NO_STEP = """
        coalesce(
            step.step, NOT EXISTS (SELECT FROM steps WHERE steps.deal_id = deal.id)
            AND deal.next_step <> ''
        ) AS has_step,
"""
CAME_WITH_ITS_STEP = """
        coalesce(
            step.step,
            CASE WHEN EXISTS (SELECT FROM crm_arrival came WHERE came.deal_id = deal.id) THEN (
                SELECT steps.had_one FROM steps WHERE steps.deal_id = deal.id AND steps.place = 1
            ) END,
            NOT EXISTS (SELECT FROM steps WHERE steps.deal_id = deal.id)
            AND deal.next_step <> ''
        ) AS has_step,
"""
LINES = """        (line.details->'new'->>'amount')::numeric AS new_amount
"""
LINES_WITH_OLD_STEP = """        (line.details->'new'->>'amount')::numeric AS new_amount,
        line.details->'old'->>'next_step' <> '' AS had_one
"""


def tell_spells(*changes):
    """The function as it stands, with other words in it."""

    def run(apps, schema_editor):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_functiondef('crm_told_spells(bigint[])'::regprocedure)")
            (told,) = cursor.fetchone()
            for old, new in changes:
                assert old in told
                told = told.replace(old, new)
            # No parameters: a percent sign would be one of the text.
            cursor.execute(told)

    return run


WALLED = ("crm_goingcustomer", "crm_departure", "crm_arrival")
ONE_TEAM = """
ALTER TABLE crm_departure ADD CONSTRAINT departure_is_the_teams
    FOREIGN KEY (team_id, deal_id) REFERENCES crm_deal (team_id, id) ON DELETE CASCADE DEFERRABLE;
ALTER TABLE crm_arrival ADD CONSTRAINT arrival_is_the_teams
    FOREIGN KEY (team_id, deal_id) REFERENCES crm_deal (team_id, id) ON DELETE CASCADE DEFERRABLE;
"""
ONE_TEAM_UNDONE = """
ALTER TABLE crm_arrival DROP CONSTRAINT arrival_is_the_teams;
ALTER TABLE crm_departure DROP CONSTRAINT departure_is_the_teams;
"""


def key(to, *, on_delete=django.db.models.deletion.PROTECT, related_name="+", **more):
    return models.ForeignKey(on_delete=on_delete, related_name=related_name, to=to, **more)


def one(to, related_name):
    return models.OneToOneField(
        on_delete=django.db.models.deletion.CASCADE, related_name=related_name, to=to
    )


def number():
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


class Migration(migrations.Migration):
    dependencies = [("crm", "0044_few_visits_at_a_time"), ("teams", "0021_divisions")]

    operations = [
        migrations.AddField("deal", "gone_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("stagevisit", "gone_at", models.DateTimeField(null=True)),
        migrations.AddField("responseclock", "gone_at", models.DateTimeField(null=True)),
        migrations.AlterField(
            "responseclock",
            "opened_by",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="crm.interaction",
            ),
        ),
        migrations.AddConstraint(
            "deal",
            models.CheckConstraint(
                condition=models.Q(gone_at__isnull=True) | models.Q(outcome="open"),
                name="open_deals_alone_go_on",
            ),
        ),
        migrations.AddConstraint(
            "stagevisit",
            models.CheckConstraint(
                condition=models.Q(gone_at__isnull=True) | models.Q(gone_at=models.F("left_at")),
                name="visit_ends_when_its_deal_goes",
            ),
        ),
        migrations.AddConstraint(
            "responseclock",
            models.CheckConstraint(
                condition=models.Q(opened_by__isnull=False) | models.Q(gone_at__isnull=False),
                name="somebody_made_a_clock_run",
            ),
        ),
        migrations.RemoveIndex("deal", "deals_by_customer"),
        migrations.AddIndex(
            "deal",
            models.Index(
                condition=models.Q(deleted_at__isnull=True, gone_at__isnull=True),
                fields=["team", "organization", "contact"],
                name="deals_by_customer",
            ),
        ),
        migrations.CreateModel(
            name="GoingCustomer",
            fields=[
                ("id", number()),
                ("contact", key("crm.contact", null=True)),
                (
                    "division",
                    key(
                        "teams.division",
                        on_delete=django.db.models.deletion.CASCADE,
                        db_index=False,
                    ),
                ),
                ("organization", key("crm.organization", null=True)),
                ("team", key("teams.team", db_index=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(organization__isnull=True, contact__isnull=False)
                        | models.Q(organization__isnull=False, contact__isnull=True),
                        name="who_goes_is_one_customer",
                    ),
                    models.UniqueConstraint(
                        fields=("division", "organization"),
                        name="organization_goes_once_with_a_division",
                    ),
                    models.UniqueConstraint(
                        fields=("division", "contact"), name="contact_goes_once_with_a_division"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Departure",
            fields=[
                ("id", number()),
                ("number", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("deal", one("crm.deal", "departure")),
                ("division", key("teams.division")),
                ("team", key("teams.team", related_name="departures")),
                ("to", key("teams.team")),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("id", number()),
                ("number", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("was_done", models.BooleanField()),
                ("was_closed", models.BooleanField()),
                ("was_answered", models.BooleanField()),
                ("deal", one("crm.deal", "arrival")),
                ("division", key("teams.division")),
                ("origin", key("teams.team")),
                ("team", key("teams.team", related_name="arrivals")),
            ],
            options={"abstract": False},
        ),
        migrations.RunSQL(ONE_TEAM, ONE_TEAM_UNDONE),
        *(
            migrations.RunSQL(
                f"SELECT kring_build_wall('{table}');", f"SELECT kring_tear_down_wall('{table}');"
            )
            for table in WALLED
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {kind}_lives_on BEFORE INSERT OR UPDATE OF {kind}_id"
                f" ON crm_goingcustomer FOR EACH ROW WHEN (NEW.{kind}_id IS NOT NULL)"
                f" EXECUTE FUNCTION crm_lead_on('{kind}_id', 'crm_{kind}');",
                f"DROP TRIGGER {kind}_lives_on ON crm_goingcustomer;",
            )
            for kind in ("organization", "contact")
        ),
        migrations.RunSQL(WITH_CROSSINGS, WITHOUT_CROSSINGS),
        migrations.RunPython(
            tell_spells((HAD_NO_STEP, CAME_WITH_ITS_STEP), (LINES, LINES_WITH_OLD_STEP)),
            tell_spells((CAME_WITH_ITS_STEP, HAD_NO_STEP), (LINES_WITH_OLD_STEP, LINES)),
        ),
    ]
