"""Whether a visit is the deal's first to its stage, when it went on, how well its end is known."""

from django.db import migrations, models

# By the index, also just after thousands were written, when the planner still takes the table for
# a small one: it would read all of it for each visit.
TELLER = """
CREATE FUNCTION crm_told_visits(deals bigint[]) RETURNS TABLE (
    id bigint, deal_id bigint, is_first boolean, went_on_at timestamptz, left_precision text
) LANGUAGE sql STABLE SET enable_seqscan = off AS $$
SELECT visit.id, visit.deal_id,
    NOT EXISTS (
        SELECT FROM crm_stagevisit earlier
        WHERE earlier.deal_id = visit.deal_id AND earlier.number < visit.number
            AND earlier.stage_id = visit.stage_id
    ),
    (
        SELECT min(later.entered_at)
        FROM crm_stagevisit later JOIN crm_stage there ON there.id = later.stage_id
        WHERE later.deal_id = visit.deal_id AND later.number > visit.number AND (
            later.category = 'won'
            OR later.category IN ('intake', 'open')
                AND there.pipeline_id = here.pipeline_id AND there.position > here.position
        )
    ),
    coalesce((
        SELECT next.precision FROM crm_stagevisit next
        WHERE next.deal_id = visit.deal_id AND next.number = visit.number + 1
    ), '')
FROM crm_stagevisit visit JOIN crm_stage here ON here.id = visit.stage_id
WHERE visit.deal_id = ANY (deals)
$$;
"""

FILL = """
UPDATE crm_stagevisit visit
SET is_first = told.is_first, went_on_at = told.went_on_at, left_precision = told.left_precision
FROM crm_told_visits(ARRAY(SELECT id FROM crm_deal)) told
WHERE told.id = visit.id
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0042_organizations_by_name")]

    operations = [
        migrations.AddField("stagevisit", "is_first", models.BooleanField(default=True)),
        migrations.AddField("stagevisit", "went_on_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "stagevisit",
            "left_precision",
            models.CharField(
                choices=[
                    ("moment", "to the minute"),
                    ("day", "a date without a time"),
                    ("none", "no date at all"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.RunSQL(TELLER, "DROP FUNCTION crm_told_visits(bigint[]);"),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
