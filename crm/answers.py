"""What customers say of our help, the newest first, as the team and its managers read it."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from crm.cards import Reader
from crm.models import Question, Score
from crm.models.voice import QuestionQuerySet
from teams.paging import page_of


@dataclass(frozen=True)
class Answer:
    """One answer, and the address of the deal that it is about."""

    question: Question
    url: str


@dataclass(frozen=True)
class Answers:
    """A page of answers. `ways` are all scores to look at: a name, an address, whether it is on."""

    rows: list[Answer]
    ways: list[tuple[str, str, bool]]
    newer_url: str
    older_url: str

    @classmethod
    def of(cls, reader: Reader, *, score: str | None, page: str | None) -> Self:
        """The answers with this score; with all of them where it is none."""
        chosen = chosen_score(score)
        found = page_of(answers_of(reader, chosen), page)
        return cls(
            rows=[Answer(one, reader.url_of(one.deal)) for one in found.rows],
            ways=[
                (_("All"), "?", chosen is None),
                *((str(one.label), f"?score={one}", one == chosen) for one in reversed(Score)),
            ],
            newer_url=_beside(found.number - 1, chosen) if found.number > 1 else "",
            older_url=_beside(found.number + 1, chosen) if found.has_more else "",
        )


def answers_of(reader: Reader, score: Score | None) -> QuestionQuerySet:
    """The team's answers, those about deals in the recycle bin left out."""
    found: QuestionQuerySet = reader.team.questions.answered().latest_answer_first()
    found = found.filter(deal__deleted_at=None).select_related("deal__organization")
    return found if score is None else found.filter(score=score)


def chosen_score(written: str | None) -> Score | None:
    """The score that an address asks for; None where it asks for none that there is."""
    return next((one for one in Score if str(one) == written), None)


def _beside(number: int, score: Score | None) -> str:
    wanted = {"page": number} if score is None else {"score": score.value, "page": number}
    return f"?{urlencode(wanted)}"
