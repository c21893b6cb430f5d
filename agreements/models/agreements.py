"""How agreements are proposed, and found."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.utils.translation import gettext as _

from agreements.happenings import Happening
from agreements.models import clocks
from agreements.models.occurrence import Occurrence
from agreements.models.party import Party, Place, Side
from agreements.models.states import OPEN, Kind, State
from agreements.models.terms import AgreementVersion, Terms
from agreements.refusals import AgreementError, StaleAgreement
from teams.models import Membership, Team, User

if TYPE_CHECKING:
    from agreements.models.agreement import Agreement


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, place: Place) -> Self:
        """What somebody may read: all of their own team, or as its manager what they are party to.

        Raises nothing: a manager who is party to none reads none.
        """
        ours = self.filter(team=place.team_id)
        if isinstance(place, Membership):
            return ours
        return ours.concerning(place)

    def concerning(self, place: Place) -> Self:
        """Those to which this person is a party."""
        mine = Party.objects.filter(agreement=models.OuterRef("pk"), person=place.user_id)
        return self.filter(models.Exists(mine))

    def contracts(self) -> Self:
        """Those in which a manager promises a whole team to keep off."""
        return self.filter(kind=Kind.CONTRACT)

    def promised_by(self, person: User) -> Self:
        mine = Party.objects.filter(
            agreement=models.OuterRef("pk"), person=person, side=Side.PROMISOR
        )
        return self.filter(models.Exists(mine))

    def running(self) -> Self:
        """Those about which something is still to be said."""
        waits = Occurrence.objects.filter(agreement=models.OuterRef("pk"), clock_on__isnull=False)
        return self.filter(models.Q(on_table__isnull=False) | models.Exists(waits))

    def with_everything(self) -> Self:
        """With all that a page tells of each: who, in which words, and what became of it."""
        parties = Party.objects.in_order()
        days = Occurrence.objects.order_by("number").prefetch_related(
            "judgements", "contest_of__named_by_promisor", "contest_of__named_by_other", "repairs"
        )
        return self.select_related("team", "repairs").prefetch_related(
            models.Prefetch("parties", parties),
            models.Prefetch("versions", AgreementVersion.objects.order_by("number")),
            models.Prefetch("occurrences", days),
            "answers",
            "renewals",
        )

    def propose(
        self,
        terms: Terms,
        *,
        promisors: Collection[User],
        counterparties: Collection[User],
        by: Place,
        at: datetime,
        **after: Any,
    ) -> "Agreement":
        """Put an agreement on the table in which some promise others; who proposes has accepted.

        `after` says what it follows: the agreement that it `renews`, or what it `repairs`.

        Raises AgreementError for terms that say too little, where nobody promises or nobody is
        promised, where somebody stands on both sides, where who proposes is no party, and for
        people who neither belong to the team nor follow it.
        """
        sides = dict.fromkeys(promisors, Side.PROMISOR)
        if not promisors or not counterparties:
            raise AgreementError(_("Say who promises, and to whom."))
        if sides.keys() & set(counterparties):
            raise AgreementError(_("Nobody promises something to themselves."))
        sides |= dict.fromkeys(counterparties, Side.COUNTERPARTY)
        return self._put_on_the_table(terms, sides, by=by, at=at, **after)

    def propose_to_all(
        self,
        terms: Terms,
        *,
        by: Place,
        at: datetime,
        but: Collection[User] = (),
        **after: Any,
    ) -> "Agreement":
        """Put an agreement on the table in which everybody who is of the team now promises all.

        `but` are those who said that they do not.
        """
        people = (person for person in by.team.people() if person not in but)
        sides = dict.fromkeys(people, Side.EVERYBODY)
        return self._put_on_the_table(terms, sides, by=by, at=at, **after)

    def sign_contract(self, terms: Terms, *, by: Place, at: datetime) -> "Agreement":
        """Put on the table that a manager keeps off what is the team's; the manager has signed.

        Raises AgreementError for a member, and StaleAgreement where one with this manager waits
        for the team or holds already: it is renewed, and never doubled.
        """
        links = by.team.manager_links.current().filter(user=by.user)
        with transaction.atomic():
            # Who signs twice at once waits here, and finds the first.
            if not links.select_for_update(no_key=True).exists():
                raise AgreementError(
                    _("Only whoever follows the team as its manager can promise to keep off.")
                )
            if self.contracts().filter(team=by.team, state__in=OPEN).promised_by(by.user).exists():
                raise StaleAgreement(_("You have signed a contract with this team already."))
            return self.offer_contract(terms, by.user, by=by, at=at)

    def offer_contract(
        self,
        terms: Terms,
        manager: User,
        *,
        by: Place,
        at: datetime,
        **after: Any,
    ) -> "Agreement":
        """Put on the table what this manager promises everybody who is of the team now."""
        sides = {manager: Side.PROMISOR} | dict.fromkeys(by.team.people(), Side.COUNTERPARTY)
        return self._put_on_the_table(terms, sides, by=by, at=at, kind=Kind.CONTRACT, **after)

    def _put_on_the_table(
        self,
        terms: Terms,
        sides: dict[User, Side],
        *,
        by: Place,
        at: datetime,
        kind: Kind | None = None,
        **after: Any,
    ) -> "Agreement":
        if by.user not in sides:
            raise AgreementError(_("Whoever proposes an agreement is a party to it."))
        if len(sides) < 2:  # noqa: PLR2004 -- one person is no agreement
            raise AgreementError(_("An agreement needs two people at least."))
        known = _kind_of(by.team, sides)
        with transaction.atomic():
            agreement = self.create(
                team=by.team, kind=kind or known, state=State.PROPOSED, on_table=1,
                answer_by=clocks.today(by.team, at), **after,
            )  # fmt: skip
            Party.objects.bulk_create(
                Party(team=by.team, agreement=agreement, person=person, side=side)
                for person, side in sides.items()
            )
            agreement.put_in_words(1, terms, by=by, at=at)
            agreement.tell(Happening.PROPOSED, by=by, at=at, number=1)
        return agreement


def _kind_of(team: Team, sides: dict[User, Side]) -> Kind:
    """What an agreement between these people is. Raises AgreementError for strangers."""
    keys = {person.pk for person in sides}
    members = set(team.people().filter(pk__in=keys).values_list("pk", flat=True))
    links = team.manager_links.current().filter(user__in=keys - members)
    managers = set(links.values_list("user_id", flat=True))
    if keys - members - managers:
        raise AgreementError(_("Everybody must be of the team, or follow it as its manager."))
    if Side.EVERYBODY in sides.values():
        return Kind.TEAM
    return Kind.MANAGER if managers else Kind.BILATERAL
