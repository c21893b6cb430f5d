"""Interactions: what was said between the customer and us."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.happenings import Happening
from crm.models.contact import Affiliation, Contact
from crm.models.undoing import of_one_among, undoes
from crm.models.versions import Versioned
from crm.refusals import StaleWork, WorkError
from teams.models import LogEntry, Membership, Team, User
from teams.text import one_line, paragraphs

if TYPE_CHECKING:
    from crm.models.deal import Deal

FIRST_MOMENT, END_OF_TIME = "1990-01-01T00:00Z", "2101-01-01T00:00Z"
LONGEST_SUBJECT, LONGEST_TEXT = 200, 10_000
EDITABLE = ("channel", "direction", "occurred_at", "contact", "subject", "text", "is_automated")


class Channel(models.TextChoices):
    EMAIL = "email", gettext_lazy("E-mail")
    PHONE = "phone", gettext_lazy("Phone")
    MEETING = "meeting", gettext_lazy("Meeting")
    CHAT = "chat", gettext_lazy("Chat")
    FORM = "form", gettext_lazy("Form")
    POST = "post", gettext_lazy("Letter")


class Direction(models.TextChoices):
    IN = "in", gettext_lazy("The customer, to us")
    OUT = "out", gettext_lazy("We, to the customer")


class InteractionQuerySet(models.QuerySet["Interaction"]):
    def there(self) -> Self:
        """Those that nobody removed."""
        return self.filter(removed_at__isnull=True)

    def outside_the_bin(self) -> Self:
        """Those about a deal that is not in the recycle bin."""
        return self.filter(deal__deleted_at__isnull=True)

    def newest_first(self) -> Self:
        return self.order_by("-occurred_at", "-pk")

    def log(
        self,
        deal: "Deal",
        *,
        channel: Channel | str,
        direction: Direction | str,
        by: Membership,
        at: datetime,
        occurred_at: datetime | None = None,
        contact: Contact | None = None,
        subject: str = "",
        text: str = "",
        is_automated: bool = False,
    ) -> "Interaction":
        """Write down what was said about a deal, now or at the moment that is given.

        Raises WorkError without a word about it, for a moment that is still to come and for a
        contact of another customer, StaleWork for one who was anonymised.
        """
        said = _checked(
            {
                "channel": channel,
                "direction": direction,
                "occurred_at": occurred_at or at,
                "contact": contact,
                "subject": subject,
                "text": text,
                "is_automated": is_automated,
            },
            at=at,
        )
        _knows(contact, deal)
        with transaction.atomic():
            if contact:
                contact.hold_for_more(StaleWork)
            found = self.create(deal=deal, team_id=deal.team_id, by=by.user, logged_at=at, **said)
            found.tell(Happening.INTERACTION_LOGGED, by=by, at=at)
        return found


class Interaction(Versioned):
    """Something that was said: by whom to whom, through which channel and when.

    `occurred_at` may be long before `logged_at`, and was never still to come when somebody wrote
    it. `is_automated` is what no person said, such as a confirmation by a machine. The text is
    plain. A removed one is kept in the bin.
    """

    # Without an index of its own, for one below begins with it.
    deal = models.ForeignKey(
        "crm.Deal", on_delete=models.CASCADE, related_name="interactions", db_index=False
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="interactions")
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="interactions"
    )
    channel = models.CharField(max_length=10, choices=Channel)
    direction = models.CharField(max_length=3, choices=Direction)
    occurred_at = models.DateTimeField()
    is_automated = models.BooleanField(default=False)
    subject = models.CharField(max_length=LONGEST_SUBJECT, blank=True)
    text = models.TextField(max_length=LONGEST_TEXT, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    logged_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = InteractionQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("interaction")
        verbose_name_plural = gettext_lazy("interactions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(channel__in=Channel.values),
                name="interaction_channel_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(direction__in=Direction.values),
                name="interaction_direction_is_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(subject="", text=""), name="interaction_says_something"
            ),
            models.CheckConstraint(
                condition=models.Q(occurred_at__gte=FIRST_MOMENT, occurred_at__lt=END_OF_TIME),
                name="interaction_is_in_our_time",
            ),
        ]
        indexes = [
            models.Index(fields=["deal", "-occurred_at"], name="interactions_of_a_deal"),
        ]

    def __str__(self) -> str:
        return f"interaction {self.pk} of deal {self.deal_id}"

    # -- verbs ---------------------------------------------------------------------------------

    def edit(
        self, changes: Mapping[str, Any], *, version: int, by: Membership, at: datetime
    ) -> LogEntry | None:
        """Change what was written down, as seen in this version.

        What stands there already is no change; without any, there is no line and None. Raises
        StaleWork when somebody was faster, WorkError as `log`.
        """
        as_it_is = {name: getattr(self, name) for name in EDITABLE}
        wanted = _checked({**as_it_is, **changes}, at=at)
        with transaction.atomic():
            new = {name: value for name, value in wanted.items() if value != as_it_is[name]}
            if not new:
                return None
            if contact := new.get("contact"):
                _knows(contact, self.deal)
                contact.hold_for_more(StaleWork)
            if not self._change(new, version=version, removed_at=None):
                raise StaleWork(_("Someone changed this a moment ago. Look at it once more."))
            earlier = as_it_is["occurred_at"]
            return self.tell(Happening.INTERACTION_EDITED, by=by, at=at, earlier=earlier)

    def remove(self, *, version: int, by: Membership, at: datetime) -> LogEntry:
        """Put it in the bin, as seen in this version. Raises StaleWork when somebody was faster."""
        with transaction.atomic():
            if not self._change({"removed_at": at}, version=version, removed_at=None):
                raise StaleWork(_("Someone changed this a moment ago. Look at it once more."))
            return self.tell(Happening.INTERACTION_REMOVED, by=by, at=at)

    def put_back(self, *, by: Membership, at: datetime) -> LogEntry:
        """Take it out of the bin. Raises StaleWork when somebody did already."""
        with transaction.atomic():
            if not self._change({"removed_at": None}, removed_at__isnull=False):
                raise StaleWork(_("This stands there already."))
            return self.tell(Happening.INTERACTION_RETURNED, by=by, at=at)

    def tell(
        self,
        happening: Happening,
        *,
        by: Membership,
        at: datetime,
        earlier: datetime | None = None,
    ) -> LogEntry:
        """Write a change of it in the logbook: what kind of thing it was, and never a word of it.

        Every change of what was said passes here, inside its own transaction, and the clocks of
        the deal follow. `earlier` is when it was said according to what stood there before.
        """
        clocks: Any = self.deal.response_clocks
        clocks.follow(self.deal)
        return LogEntry.record(
            happening,
            self,
            by=by,
            at=at,
            **self.deal.naming(),
            channel=self.channel,
            direction=self.direction,
            since=min(self.occurred_at, earlier or self.occurred_at),
        )


undoes(Happening.INTERACTION_REMOVED)(
    of_one_among(Interaction.objects.outside_the_bin, Interaction.put_back)
)


def contacts_of(deal: "Deal", also: int | None = None) -> models.QuerySet[Contact]:
    """The people whom the team may have spoken with about this deal; also this one, by the key."""
    if not (deal.organization_id or deal.contact_id or also):
        return Contact.objects.none()
    known = Contact.objects.filter(pk__in=[key for key in (deal.contact_id, also) if key])
    keys = known.order_by().values_list("pk")
    if deal.organization_id:
        # Read from the customer on: as one condition PostgreSQL would look at every contact.
        here = Affiliation.everything.filter(organization=deal.organization_id, until_on=None)
        keys = keys.union(here.values_list("contact"))
    return Contact.objects.filter(pk__in=keys).order_by("name", "pk")


def _knows(contact: Contact | None, deal: "Deal") -> None:
    if contact and not contacts_of(deal).filter(pk=contact.pk).exists():
        raise WorkError(_("This contact belongs to another customer."))


def _checked(said: Mapping[str, Any], *, at: datetime) -> dict[str, Any]:
    tidy = {**said, "subject": one_line(said["subject"]), "text": paragraphs(said["text"])}
    if not tidy["subject"] and not tidy["text"]:
        raise WorkError(_("Say in a few words what it was about."))
    if tidy["occurred_at"] > at:
        raise WorkError(_("This is still to come. Write down what has happened."))
    return tidy
