"""Evaluations with real verbs: the shortest way to each of their stages."""

from datetime import date, datetime, timedelta

from agreements.models import Terms
from dashboards.periods import Period
from reviews.models import Evaluation, Question, Said
from teams.models import Membership, Team

MONTH = Period.parse("2026-10")


def asked(team: Team, *, at: datetime, month: Period = MONTH) -> Evaluation:
    """The team is to look back at a month."""
    return Evaluation.objects.ask(team, month, at=at)


def begun(*, by: Membership, at: datetime, month: Period = MONTH) -> Evaluation:
    found = asked(by.team, at=at, month=month)
    found.begin(by=by, at=at)
    return found


def written(evaluation: Evaluation, by: Membership, text: str = "About {question}") -> None:
    """All six questions are answered."""
    versions = dict(evaluation.reflections.values_list("question", "version"))
    said = {
        question: Said(text.format(question=question), versions[question]) for question in Question
    }
    evaluation.write(said, by=by)


def concluded(
    *,
    by: Membership,
    at: datetime,
    text: str = "About {question}",
    published: tuple[Question, ...] = (Question.WANTED,),
    month: Period = MONTH,
) -> Evaluation:
    found = begun(by=by, at=at, month=month)
    written(found, by, text)
    found.conclude(published, by=by, at=at)
    return found


def terms(then: str = "we call back the same day", *, on: date) -> Terms:
    """A promise for a week."""
    return Terms("", then, "It is on the deal", on + timedelta(days=7))


def traces_of_looking_back(by: Membership, hidden: str, *, at: datetime) -> None:
    """A row in each table: what was said, and an agreement that follows."""
    found = begun(by=by, at=at)
    written(found, by, hidden)
    found.agree(terms(hidden, on=at.date()), by=by, at=at)
