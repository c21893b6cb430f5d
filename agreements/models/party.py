"""Between whom an agreement is, and what each of them said to which version."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy

from agreements.models.terms import LONGEST
from teams.models import ManagerLink, Membership, Team, User

# Who acts: a member, or a manager who is a party.
Place = Membership | ManagerLink


class Side(models.TextChoices):
    """Who promises, to whom; where all promise each other, everybody stands on one side."""

    PROMISOR = "promisor", gettext_lazy("promises")
    COUNTERPARTY = "counterparty", gettext_lazy("is promised")
    EVERYBODY = "everybody", gettext_lazy("promises, as all do")

    @property
    def promises(self) -> bool:
        return self != Side.COUNTERPARTY

    @property
    def judges(self) -> bool:
        return self != Side.PROMISOR


class Says(models.TextChoices):
    ACCEPTS = "accepts", gettext_lazy("accepts")
    DECLINES = "declines", gettext_lazy("declines")


class PartyQuerySet(models.QuerySet["Party"]):
    def in_order(self) -> Self:
        """Those who promise first, then by name."""
        return self.select_related("person").order_by("-side", "person__name", "pk")

    def still_here(self) -> Self:
        """Those who have not left the team, nor stopped following it."""
        belongs, follows = (
            models.Exists(
                places.current().filter(
                    team=models.OuterRef("team"), user=models.OuterRef("person")
                )
            )
            for places in (Membership.objects, ManagerLink.objects)
        )
        return self.filter(belongs | follows)

    def without_answer_to(self, number: int) -> Self:
        """Those who have said nothing yet to this version."""
        answered = Answer.objects.filter(party=models.OuterRef("pk"), number=number)
        return self.exclude(models.Exists(answered))


class Party(models.Model):
    """Somebody between whom the agreement is. Written once: who is a party is never changed."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.PROTECT, related_name="parties", db_index=False
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=12, choices=Side)

    objects = PartyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "person"], name="somebody_is_party_on_one_side"
            ),
            models.CheckConstraint(
                condition=models.Q(side__in=Side.values), name="side_of_a_party_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"party {self.pk} of agreement {self.agreement_id}"


class Answer(models.Model):
    """What a party said to one version, written once. It counts for that version alone."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.PROTECT, related_name="answers"
    )
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="answers", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    says = models.CharField(max_length=12, choices=Says)
    why = models.CharField(max_length=LONGEST, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party", "number"], name="a_party_answers_a_version_once"
            ),
            models.CheckConstraint(
                condition=models.Q(says__in=Says.values), name="answer_to_a_version_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"answer of party {self.party_id} to version {self.number}"
