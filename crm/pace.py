"""How long a deal usually stands in a stage: the measure by which a card waits long."""

from datetime import datetime, timedelta

from django.db import connection

from crm.models import Precision
from crm.models.stage import OPEN_CATEGORIES

SHARE = 0.85
LOOKS_BACK = timedelta(days=365)
# Of fewer visits than this nobody can say what is usual.
FEWEST = 10

LEARN = """
UPDATE crm_stage SET usual_days = learned.days
FROM (
    SELECT stage.id, CASE WHEN count(visit.id) >= %(fewest)s THEN LEAST(32767, GREATEST(1, CEIL(
        EXTRACT(epoch FROM percentile_cont(%(share)s) WITHIN GROUP (
            ORDER BY visit.left_at - visit.entered_at
        )) / 86400
    )))::smallint END AS days
    FROM crm_stage stage LEFT JOIN (
        crm_stagevisit visit JOIN crm_deal deal
            ON deal.id = visit.deal_id AND deal.deleted_at IS NULL
    )
        ON visit.stage_id = stage.id
        AND visit.category = ANY(%(open)s)
        AND visit.precision <> %(unknown)s
        AND visit.gone_at IS NULL
        AND NOT (visit.number = 1 AND EXISTS (
            SELECT FROM crm_arrival came WHERE came.deal_id = deal.id
        ))
        AND visit.left_at > %(since)s AND visit.left_at <= %(at)s
    GROUP BY stage.id
) learned
WHERE learned.id = crm_stage.id AND crm_stage.usual_days IS DISTINCT FROM learned.days
"""


def learn_usual_days(*, at: datetime) -> int:
    """Set `usual_days` of every stage: whole days within which 85 of 100 visits were over.

    Counted are the visits to an open stage that ended in the twelve months before, whatever the
    deal came to, but for those during which it went on in another team; under ten of them the usual
    time is unknown. Returns how many stages changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            LEARN,
            {
                "fewest": FEWEST,
                "share": SHARE,
                "open": [category.value for category in OPEN_CATEGORIES],
                "unknown": Precision.NONE.value,
                "since": at - LOOKS_BACK,
                "at": at,
            },
        )
        return int(cursor.rowcount)
