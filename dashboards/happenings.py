"""What the instruments write in the logbook: app, noun, past tense."""

from enum import StrEnum


class Happening(StrEnum):
    BASELINE_SIGNED = "dashboards.baseline.signed"
    REPORT_PUBLISHED = "dashboards.report.published"
