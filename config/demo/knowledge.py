"""What Rijnmond itself wants to know of its customers, and what it wrote down for those it knows.

In the order of time, with the verbs themselves: what a member of the team remembered about a
customer was written down on a working day of the last weeks.
"""

from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Any

from config.demo import words
from config.demo.rhythm import Calendar, luck
from config.demo.views import keep_the_one_for_the_road
from crm.models import Contact, FieldDefinition, FieldType, Organization, OwnFacts, Target
from teams.models import Membership

SINCE_DAY = -30.0
# Name, what may stand in it, and what there is to choose from.
OF_ORGANIZATIONS = (
    ("Where we may park", FieldType.TEXT, ()),
    ("Closed on", FieldType.CHOICES, words.WEEKDAYS),
    ("Tills", FieldType.NUMBER, ()),
)
OF_CONTACTS = (("Best to call", FieldType.CHOICE, words.TIMES_TO_CALL),)


def write_down_what_we_know(
    customers: Sequence[tuple[Organization, Contact]], people: Sequence[Membership], when: Calendar
) -> None:
    """Agree on what to ask, and fill it in for these customers and the people there."""
    begins = max(people[0].team.started_at, when.moment(SINCE_DAY))
    for target, wanted in (
        (Target.ORGANIZATION, OF_ORGANIZATIONS),
        (Target.CONTACT, OF_CONTACTS),
    ):
        for label, kind, options in wanted:
            FieldDefinition.objects.add(
                target, label, kind, options=options, by=people[0], at=begins
            )
    keep_the_one_for_the_road(by=people[1], at=begins)
    for turn, (organization, contact) in enumerate(customers, start=1):
        by = people[turn % len(people)]
        at = max(begins, when.moment(SINCE_DAY * (1 - turn / (len(customers) + 1))))
        lot = luck("knowledge", organization.name)
        _know(organization, _of_an_organization(lot), by=by, at=at)
        # Not everybody says when it suits them.
        if lot.random() < words.SHARE_WHO_SAY_WHEN:
            best = {"best-to-call": lot.choice(words.TIMES_TO_CALL)}
            _know(contact, best, by=by, at=at)


def _of_an_organization(lot: Random) -> dict[str, Any]:
    known: dict[str, Any] = {"closed-on": lot.choice(words.CLOSED)}
    if lot.random() < words.SHARE_WITH_A_CAR_PARK:
        known["where-we-may-park"] = lot.choice(words.PARKING)
    if lot.random() < words.SHARE_WITH_TILLS:
        known["tills"] = lot.randint(1, 6)
    return known


def _know(
    customer: Organization | Contact, values: dict[str, Any], *, by: Membership, at: datetime
) -> None:
    OwnFacts.objects.of(by.team, customer).edit(values, version=0, by=by, at=at)
