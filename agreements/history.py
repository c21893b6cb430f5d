"""The whole history of an agreement: every line of the logbook, with the words to it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from agreements.happenings import Happening
from agreements.models import Agreement, AgreementVersion, Answer, Contest, Judgement, Occurrence
from teams import story
from teams.models import LogEntry, User

OF_A_VERSION = {Happening.PROPOSED, Happening.COUNTERED, Happening.RENEGOTIATION_PROPOSED}
OF_AN_ANSWER = {Happening.DECLINED, Happening.RENEGOTIATION_ENDED}
OF_A_JUDGE = {Happening.KEPT, Happening.BROKEN, Happening.JUDGED}


@dataclass(frozen=True)
class Line:
    """What happened, by whom, and in which words: terms, or a sentence.

    `day` is the one that it is about, of what comes round.
    """

    at: datetime
    who: User | None
    told: str
    terms: AgreementVersion | None = None
    words: str = ""
    day: date | None = None


def of(agreement: Agreement) -> list[Line]:
    """What happened to it, oldest first; it has everything prefetched."""
    entries = agreement.team.logbook.about(agreement).select_related("actor").order_by("at", "pk")
    versions = {version.number: version for version in agreement.versions.all()}
    return [_line(agreement, entry, versions) for entry in entries]


def _line(agreement: Agreement, entry: LogEntry, versions: dict[int, AgreementVersion]) -> Line:
    number = entry.details.get("number")
    is_of_version = entry.kind in OF_A_VERSION and isinstance(number, int)
    terms = versions.get(number) if is_of_version and number else None
    promise, several = _promise(agreement, entry), len(agreement.occurrences.all()) > 1
    return Line(
        at=entry.at,
        who=entry.actor,
        told=story.line(entry),
        terms=terms,
        words=_words(agreement, entry, promise),
        day=promise.due_on if promise and several else None,
    )


def _promise(agreement: Agreement, entry: LogEntry) -> Occurrence | None:
    """The day that the line is about, by its number."""
    days = (day for day in agreement.occurrences.all() if day.number == entry.details.get("day"))
    return next(days, None)


def _words(agreement: Agreement, entry: LogEntry, promise: Occurrence | None) -> str:
    if entry.kind in OF_AN_ANSWER:
        return _reason(agreement, entry)
    contest: Contest | None = getattr(promise, "contest_of", None)
    if contest and entry.kind == Happening.CONTESTED:
        return contest.words
    if promise is None or entry.kind not in OF_A_JUDGE:
        return ""
    if contest and entry.at == contest.decided_at:
        return contest.verdict_words
    return _judged(agreement, list(promise.judgements.all()), entry.actor_id)


def _reason(agreement: Agreement, entry: LogEntry) -> str:
    found: list[Answer] = [
        answer
        for answer in agreement.answers.all()
        if answer.number == entry.details.get("number") and answer.at == entry.at
    ]
    return found[0].why if found else ""


def _judged(agreement: Agreement, judgements: list[Judgement], actor: Any) -> str:
    parties = {party.pk: party.person_id for party in agreement.parties.all()}
    said = (one.words for one in judgements if parties[one.party_id] == actor)
    return next(said, "")
