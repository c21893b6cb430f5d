"""The charter, as far as it is the team's: what we are for, for whom, and how we work."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.happenings import Happening
from teams.models.consent import (
    DROPPED,
    HOLDS,
    LAPSED,
    LONGEST_REASON,
    PROPOSED,
    TO_ANSWER,
    ByConsent,
    ConsentQuerySet,
    ConsentVoice,
    Told,
    reason_of,
)
from teams.models.team import Membership, Team, TeamError
from teams.refusals import Stale
from teams.text import paragraphs

LONGEST_LINE, LONGEST_TEXT = 300, 2000
# The kind of job for a charter that nobody answers any more.
SILENCE = "teams.charter_silence"


class CharterError(TeamError):
    """The charter refuses; the message is fit to show the person who asked."""


class StaleCharter(CharterError, Stale):  # noqa: N818
    """Somebody else was faster; nothing was written."""


class CharterState(models.TextChoices):
    PROPOSED = PROPOSED, gettext_lazy("Proposed")
    AGREED = HOLDS, gettext_lazy("Agreed")
    DROPPED = DROPPED, gettext_lazy("Dropped")
    LAPSED = LAPSED, gettext_lazy("Not agreed: fewer than half of us answered")


@dataclass(frozen=True)
class CharterWords:
    """What a team says of itself: why it is there, which customers it serves with which offer, how
    it works, and what is decided by whom. The last two may be blank.
    """

    purpose: str
    customers: str
    offer: str
    ways: str = ""
    domains: str = ""

    def tidy(self) -> CharterWords:
        """The same without what cannot be seen. Raises CharterError where a part is missing."""
        words = CharterWords(**{name: paragraphs(text) for name, text in asdict(self).items()})
        if not (words.purpose and words.customers and words.offer):
            raise CharterError(_("Say what we are for, which customers we serve, and with what."))
        return words


WORDS = [field.name for field in fields(CharterWords)]


class CharterQuerySet(ConsentQuerySet["CharterVersion"]):
    def in_force(self, team: Team) -> CharterVersion | None:
        """What the team works by, if it has agreed on anything yet."""
        return self.history(team).first()

    def history(self, team: Team) -> CharterQuerySet:
        """All that was ever in force, the newest first."""
        return self.filter(team=team, number__isnull=False).order_by("-number")

    def propose(
        self, words: CharterWords, why: str, *, seen: int, by: Membership, at: datetime
    ) -> CharterVersion:
        """Put another charter before the team; who proposes it has consented.

        `seen` is the number of the one that the person had on screen, nought where there is none.
        Raises StaleCharter where another was agreed on or is proposed meanwhile, and CharterError
        for one that says nothing new, lacks a part or a reason.
        """
        team, words = by.team, words.tidy()
        why = reason_of(why, _("Say why we want this."), CharterError)
        today = timezone.localdate(at, team.zone)
        with transaction.atomic():
            # Whoever proposes something to the team waits here for the one before them.
            Team.objects.select_for_update(no_key=True).get(pk=team.pk)
            now = self.in_force(team)
            if (now.number if now else 0) != seen:
                raise StaleCharter(_("The charter was changed a moment ago. Look once more."))
            if self.proposed().filter(team=team).exists():
                raise StaleCharter(_("A charter is proposed already; we answer that one first."))
            if now and now.words == words:
                raise CharterError(_("This is what the charter says already."))
            made = self.create(
                team=team,
                **asdict(words),
                why=why,
                state=PROPOSED,
                answer_by=team.work_calendar.hours.add_days(today, TO_ANSWER),
            )
            made.ask_all(by=by, at=at)
        return made


class CharterVersion(ByConsent):
    """One wording of what a team says of itself. It gets its number when all have agreed, and is in
    force until the next one does.
    """

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="charter_versions", db_index=False
    )
    number = models.PositiveIntegerField(null=True)
    purpose = models.CharField(max_length=LONGEST_LINE)
    customers = models.CharField(max_length=LONGEST_LINE)
    offer = models.CharField(max_length=LONGEST_LINE)
    ways = models.TextField(max_length=LONGEST_TEXT, blank=True)
    domains = models.TextField(max_length=LONGEST_TEXT, blank=True)
    why = models.CharField(max_length=LONGEST_REASON)
    state = models.CharField(max_length=10, choices=CharterState)

    objects = CharterQuerySet.as_manager()

    refusal = CharterError
    stale = StaleCharter
    told: ClassVar[Told] = Told(
        Happening.CHARTER_PROPOSED,
        Happening.CHARTER_AGREED,
        Happening.CHARTER_OBJECTED,
        Happening.CHARTER_DROPPED,
        Happening.CHARTER_LAPSED,
    )
    silence = SILENCE

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "number"], name="charters_are_numbered"),
            models.UniqueConstraint(
                fields=["team"],
                condition=models.Q(state=PROPOSED),
                name="one_charter_is_proposed",
            ),
            models.CheckConstraint(
                condition=models.Q(state=HOLDS, number__gte=1, agreed_on__isnull=False)
                | models.Q(~models.Q(state=HOLDS), number=None, agreed_on=None),
                name="what_all_agreed_on_is_numbered",
            ),
            models.CheckConstraint(
                condition=models.Q(~models.Q(ended_why=""), state=DROPPED)
                | models.Q(~models.Q(state=DROPPED), ended_why=""),
                name="a_dropped_charter_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(purpose="") & ~models.Q(customers="") & ~models.Q(offer=""),
                name="a_charter_bounds_the_work",
            ),
        ]

    def __str__(self) -> str:
        return f"charter {self.number or 'proposed'} of team {self.team_id}"

    @property
    def words(self) -> CharterWords:
        return CharterWords(**{name: getattr(self, name) for name in WORDS})

    def _begin_to_hold(self, *, at: datetime) -> dict[str, Any]:
        now = CharterVersion.objects.in_force(self.team)
        return {"number": (now.number or 0) + 1 if now else 1}

    def _naming(self) -> dict[str, Any]:
        return {"charter": self.pk}


class CharterVoice(ConsentVoice):
    """What somebody of the team said to a charter."""

    charter = models.ForeignKey(
        CharterVersion, on_delete=models.PROTECT, related_name="voices", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["charter", "person"], name="somebody_answers_a_charter_once"
            ),
        ]

    def __str__(self) -> str:
        return f"voice {self.pk} about charter {self.charter_id}"
