"""The end of a round: all words are written anew at once, and nothing leads back to who wrote them.

In a sealed round the database alone decides what an author could be found by, so nothing of it may
stay: no key, no order, no time, no row that was there before. All answers are written by one
statement in random order under random keys, and what was written before is deleted with the salt
of its key, in the same transaction.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import models

from agreements.models import clocks
from reviews.happenings import Happening
from reviews.models import box
from reviews.models.answer import Answer
from reviews.models.course import TELL, Course
from reviews.models.states import Outcome, State
from teams import wall
from teams.models import Job


@dataclass(frozen=True)
class Text:
    """One text about somebody, by whom it was written, and to which question."""

    about: int
    question: int
    text: str
    author: int


class Sealing(Course):
    """What happens to a round when its days of writing are over."""

    class Meta(Course.Meta):
        abstract = True

    def _end_writing(self, at: datetime) -> None:
        with wall.opened_to_everybody():
            texts = list(self._handed_in())
            if self._is_short_of(texts) and not self.is_extended:
                self._extend(at)
            else:
                self._release(texts, at)

    def _extend(self, at: datetime) -> None:
        assert self.write_until
        until = clocks.workdays_after(self.team, self.write_until, box.EXTENSION)
        self._become(State.OPEN, write_until=until, is_extended=True)
        self._tell(Happening.EXTENDED, by=None, at=at)

    def _release(self, texts: list[Text], at: datetime) -> None:
        shown = self._to_show(texts)
        self._write_anew(shown)
        today = clocks.today(self.team, at)
        asked, took_part = self.roster.count(), self.roster.done().count()
        self._forget_drafts()
        self._close_seats(shown)
        self._become(
            State.RELEASED,
            salt=b"",
            released_at=at,
            asked=asked,
            took_part=took_part,
            talk_until=clocks.workdays_after(self.team, today, box.TO_TALK),
            keep_until=today + box.DAYS_KEPT * clocks.DAY,
        )
        payload = {"team_id": self.team_id, "round_id": self.pk}
        Job.objects.arm(TELL, str(self.pk), run_at=at, payload=payload)
        self._tell(Happening.RELEASED, by=None, at=at)

    def _handed_in(self) -> Iterator[Text]:
        """What was handed in about those who are of the team still."""
        done = set(self.roster.done().values_list("person", flat=True))
        for draft, words in self._opened(author__in=done, about__in=self._here()):
            for question, text in enumerate(words.answers, start=1):
                if text:
                    yield Text(draft.about_id, question, text, draft.author_id)

    def _here(self) -> set[int]:
        """Who takes part and is of the team still."""
        people = self.team.people().values("pk")
        return set(self.roster.filter(person__in=people).values_list("person", flat=True))

    def _is_short_of(self, texts: list[Text]) -> bool:
        """Whether too few wrote to somebody for anything to be shown to them, unsigned."""
        givers = Counter(person for person, _author in {(one.about, one.author) for one in texts})
        return not self.is_signed and any(givers[one] < box.TOGETHER for one in self._here())

    def _to_show(self, texts: list[Text]) -> list[Text]:
        """What is signed, and what enough others stand beside under the same question."""
        beside = Counter((one.about, one.question) for one in texts)
        return [
            one
            for one in texts
            if self.is_signed or beside[one.about, one.question] >= box.TOGETHER
        ]

    def _write_anew(self, texts: list[Text]) -> None:
        random.SystemRandom().shuffle(texts)
        Answer.objects.bulk_create(
            Answer(
                team=self.team,
                round_id=self.pk,
                mode=self.mode,
                about_id=text.about,
                question=text.question,
                text=text.text,
                author_id=text.author if self.is_signed else None,
            )
            for text in texts
        )

    def _close_seats(self, texts: Iterable[Text]) -> None:
        """Say to each what they are shown, and forget who handed in."""
        nothing = Outcome.NOTHING if self.is_signed else Outcome.WITHHELD
        shown = {text.about for text in texts}
        has_some = models.When(person__in=shown, then=models.Value(Outcome.RESULTS.value))
        self.roster.update(
            is_done=None, outcome=models.Case(has_some, default=models.Value(nothing.value))
        )

    def _purge(self, at: datetime) -> None:
        with wall.opened_to_everybody():
            self.answers.all().delete()
        self._become(State.PURGED)
        self._tell(Happening.PURGED, by=None, at=at)
