"""Who says whether a promise was kept: whom it was made to, or a witness."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy

from agreements.models.party import Party, Side
from agreements.models.terms import LONGEST
from teams.models import Team, User

if TYPE_CHECKING:
    from agreements.models.occurrence import Occurrence


class Verdict(models.TextChoices):
    KEPT = "kept", gettext_lazy("Kept")
    BROKEN = "broken", gettext_lazy("Not kept")


class Judgement(models.Model):
    """What a party said about a promise that was made to them, written once.

    `side` is that of the party; the database takes none of somebody who promised.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.PROTECT, related_name="+"
    )
    occurrence = models.ForeignKey(
        "agreements.Occurrence",
        on_delete=models.PROTECT,
        related_name="judgements",
        db_index=False,
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=12, choices=Side)
    verdict = models.CharField(max_length=10, choices=Verdict)
    words = models.CharField(max_length=LONGEST, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["occurrence", "party"], name="a_party_judges_a_promise_once"
            ),
            models.CheckConstraint(
                condition=models.Q(side__in=[Side.COUNTERPARTY, Side.EVERYBODY]),
                name="nobody_judges_their_own_promise",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict__in=Verdict.values), name="a_judgement_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(verdict=Verdict.BROKEN, words=""),
                name="a_broken_promise_is_talked_through",
            ),
        ]

    def __str__(self) -> str:
        return f"judgement of party {self.party_id} about {self.occurrence_id}"


class Contest(models.Model):
    """That somebody who promised says it was not broken, once; and who decides.

    Each side names a witness, and whom both have named is the one.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.PROTECT, related_name="+"
    )
    occurrence = models.OneToOneField(
        "agreements.Occurrence", on_delete=models.PROTECT, related_name="contest_of"
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=LONGEST)
    at = models.DateTimeField()
    named_by_promisor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    named_by_other = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    verdict_words = models.CharField(max_length=LONGEST, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(words=""), name="who_contests_says_why"),
            models.CheckConstraint(
                condition=models.Q(verdict="", decided_at=None)
                | (
                    models.Q(verdict__in=Verdict.values, decided_at__isnull=False)
                    # Nobody named is unknown to SQL, and what is unknown passes a check.
                    & models.Q(named_by_other__isnull=False)
                    & models.Q(named_by_other=models.F("named_by_promisor"))
                ),
                name="a_witness_of_both_decides",
            ),
        ]

    def __str__(self) -> str:
        return f"contest of {self.occurrence_id}"

    @classmethod
    def open(
        cls, occurrence: "Occurrence", party: Party, words: str, witness: User, *, at: datetime
    ) -> "Contest":
        return cls.objects.create(
            team_id=occurrence.team_id,
            agreement_id=occurrence.agreement_id,
            occurrence=occurrence,
            party=party,
            words=words,
            named_by_promisor=witness,
            at=at,
        )

    @property
    def witness(self) -> User | None:
        """Whom both sides have named."""
        is_same = self.named_by_promisor_id == self.named_by_other_id
        return self.named_by_promisor if is_same else None

    def name(self, witness: User, side: Side) -> None:
        """Let a side name somebody, in the place of whom it named before."""
        if side.promises:
            self.named_by_promisor = witness
        else:
            self.named_by_other = witness
        self.save(update_fields=["named_by_promisor", "named_by_other"])

    def decide(self, verdict: Verdict, words: str, *, at: datetime) -> None:
        self.verdict, self.verdict_words, self.decided_at = verdict, words, at
        self.save(update_fields=["verdict", "verdict_words", "decided_at"])
