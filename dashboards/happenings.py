"""What the instruments write in the logbook: app, noun, past tense."""

from enum import StrEnum


class Happening(StrEnum):
    BASELINE_SIGNED = "dashboards.baseline.signed"
    COMMENTARY_WRITTEN = "dashboards.commentary.written"
    BASELINE_REBASED = "dashboards.baseline.rebased"
    FIGURES_CHOSEN = "dashboards.figures.chosen"
    REPORT_PUBLISHED = "dashboards.report.published"
    OBJECTIVE_PROPOSED = "dashboards.objective.proposed"
    OBJECTIVE_OBJECTED = "dashboards.objective.objected"
    OBJECTIVE_AGREED = "dashboards.objective.agreed"
    OBJECTIVE_LAPSED = "dashboards.objective.lapsed"
    OBJECTIVE_DROPPED = "dashboards.objective.dropped"
    OBJECTIVE_JUDGED = "dashboards.objective.judged"
