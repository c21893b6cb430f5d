"""What the instruments write in the logbook: app, noun, past tense."""

from enum import StrEnum


class Happening(StrEnum):
    BASELINE_SIGNED = "dashboards.baseline.signed"
    COMMENTARY_WRITTEN = "dashboards.commentary.written"
    BASELINE_REBASED = "dashboards.baseline.rebased"
    REPORT_PUBLISHED = "dashboards.report.published"
