"""What reviews write in the logbook: app, noun, past tense. Never a word, and never about whom."""

from enum import StrEnum


class Happening(StrEnum):
    PROPOSED = "reviews.round.proposed"
    OBJECTED = "reviews.round.objected"
    LAPSED = "reviews.round.lapsed"
    OPENED = "reviews.round.opened"
    EXTENDED = "reviews.round.extended"
    STOPPED = "reviews.round.stopped"
    RELEASED = "reviews.round.released"
    CLOSED = "reviews.round.closed"
    PURGED = "reviews.round.purged"
    PUBLISHED = "reviews.feedback.published"
    EVALUATION_BEGUN = "reviews.evaluation.begun"
    EVALUATION_LED = "reviews.evaluation.led"
    EVALUATION_CONCLUDED = "reviews.evaluation.concluded"
