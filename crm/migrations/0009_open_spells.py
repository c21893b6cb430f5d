"""What open deals were worth and whether their next step was known, told from the logbook."""

import django.db.models.deletion
from django.db import migrations, models

TELLER = """
CREATE FUNCTION crm_told_spells(deals bigint[]) RETURNS TABLE (
    deal_id bigint, team_id bigint, began_at timestamptz, ended_at timestamptz,
    amount numeric, has_step boolean
) LANGUAGE sql STABLE AS $$
WITH runs AS (
    -- When each deal was open: visits to open stages that follow on each other are one stretch.
    SELECT visit.deal_id, min(visit.entered_at) AS began_at,
        nullif(max(coalesce(visit.left_at, 'infinity')), 'infinity') AS ended_at
    FROM (
        SELECT *, number - row_number() OVER (PARTITION BY deal_id ORDER BY number) AS run
        FROM crm_stagevisit WHERE deal_id = ANY(deals) AND category IN ('intake', 'open')
    ) visit
    GROUP BY visit.deal_id, visit.run
), lines AS (
    SELECT line.subject_id AS deal_id, line.at, line.id,
        CASE WHEN line.kind = 'crm.deal.step-planned' THEN line.details->>'step' <> '' END AS step,
        line.kind = 'crm.deal.edited' AND jsonb_exists(line.details->'new', 'amount') AS is_amount,
        (line.details->'old'->>'amount')::numeric AS old_amount,
        (line.details->'new'->>'amount')::numeric AS new_amount
    FROM teams_logentry line
    WHERE line.subject_label = 'crm.deal' AND line.subject_id = ANY(deals)
        AND line.kind IN ('crm.deal.step-planned', 'crm.deal.edited')
), steps AS (
    SELECT *, row_number() OVER (PARTITION BY deal_id ORDER BY at, id) AS place
    FROM lines WHERE step IS NOT NULL
), amounts AS (
    SELECT *, row_number() OVER (PARTITION BY deal_id ORDER BY at, id) AS place,
        lead(id) OVER (PARTITION BY deal_id ORDER BY at, id) IS NULL AS is_last
    FROM lines WHERE is_amount
), moments AS (
    SELECT deal_id, began_at AS at, 0 AS id, false AS is_step, false AS is_amount FROM runs
    UNION ALL
    SELECT deal_id, at, id, step IS NOT NULL, is_amount FROM lines
    WHERE step IS NOT NULL OR is_amount
), numbered AS (
    SELECT deal_id, at, id,
        count(*) FILTER (WHERE is_step) OVER told AS steps_before,
        count(*) FILTER (WHERE is_amount) OVER told AS amounts_before
    FROM moments WINDOW told AS (PARTITION BY deal_id ORDER BY at, id ROWS UNBOUNDED PRECEDING)
), states AS (
    SELECT deal.id AS deal_id, deal.team_id, runs.began_at AS run, numbered.at, numbered.id,
        -- Before anything was told of it, and after the last that was, it is as it stands.
        CASE
            WHEN amount.id IS NOT NULL AND NOT amount.is_last THEN amount.new_amount
            WHEN amount.id IS NULL AND later.id IS NOT NULL THEN later.old_amount
            ELSE deal.amount
        END AS amount,
        coalesce(
            step.step, NOT EXISTS (SELECT FROM steps WHERE steps.deal_id = deal.id)
            AND deal.next_step <> ''
        ) AS has_step,
        lead(numbered.at, 1, runs.ended_at) OVER same_run AS next_at
    FROM numbered
    JOIN crm_deal deal ON deal.id = numbered.deal_id
    JOIN runs ON runs.deal_id = numbered.deal_id AND numbered.at >= runs.began_at
        AND (runs.ended_at IS NULL OR numbered.at < runs.ended_at)
    LEFT JOIN steps step
        ON step.deal_id = numbered.deal_id AND step.place = numbered.steps_before
    LEFT JOIN amounts amount
        ON amount.deal_id = numbered.deal_id AND amount.place = numbered.amounts_before
    LEFT JOIN amounts later
        ON later.deal_id = numbered.deal_id AND later.place = 1
    WINDOW same_run AS (PARTITION BY deal.id, runs.began_at ORDER BY numbered.at, numbered.id)
), lasting AS (
    SELECT *, lag(deal_id) OVER same_run IS NULL
        OR (lag(amount) OVER same_run, lag(has_step) OVER same_run)
            IS DISTINCT FROM (amount, has_step) AS is_new
    FROM states WHERE next_at IS NULL OR next_at > at
    WINDOW same_run AS (PARTITION BY deal_id, run ORDER BY at, id)
), spells AS (
    SELECT *, count(*) FILTER (WHERE is_new) OVER (
        PARTITION BY deal_id, run ORDER BY at, id ROWS UNBOUNDED PRECEDING
    ) AS spell
    FROM lasting
)
SELECT deal_id, team_id, min(at),
    nullif(max(coalesce(next_at, 'infinity')), 'infinity'), amount, has_step
FROM spells GROUP BY deal_id, team_id, run, spell, amount, has_step
$$;
"""

FILL = """
INSERT INTO crm_openspell (deal_id, team_id, began_at, ended_at, amount, has_step)
SELECT deal_id, team_id, began_at, ended_at, amount, has_step
FROM crm_told_spells(ARRAY(SELECT id FROM crm_deal));
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0008_interactions"), ("teams", "0007_second_wall")]

    operations = [
        migrations.CreateModel(
            name="OpenSpell",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("has_step", models.BooleanField()),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spells",
                        to="crm.deal",
                    ),
                ),
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
                "indexes": [models.Index(fields=["team", "began_at"], name="spells_of_a_team")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["deal"],
                        condition=models.Q(ended_at__isnull=True),
                        name="one_running_spell_per_deal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(ended_at__isnull=True)
                        | models.Q(ended_at__gt=models.F("began_at")),
                        name="spell_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.RunSQL(TELLER, "DROP FUNCTION crm_told_spells(bigint[]);"),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(
            "SELECT kring_build_wall('crm_openspell');",
            "SELECT kring_tear_down_wall('crm_openspell');",
        ),
    ]
