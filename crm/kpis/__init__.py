"""What the customer process is measured by.

A deal counts by its outcome as it stands: one that was won, reopened and then lost is lost. Money
is in the currency of the team's oldest pipeline; deals of another currency are not summed.
"""

from crm.happenings import Happening
from crm.kpis import answers, closings, cohorts, service, stages, stock, voice  # noqa: F401
from dashboards.kpis import mark

mark(Happening.PIPELINE_REVISED, page="crm:process-history")
mark(Happening.ANSWER_PROMISED, page="crm:promise")
