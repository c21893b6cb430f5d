"""What the demo's teams mean to do, what they wrote down for themselves, and the files they keep.

There is little of it, so the verbs themselves write it down.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from math import floor
from typing import NamedTuple

from django.core.files.base import ContentFile

from config.demo import papers
from config.demo.rhythm import Calendar, luck
from crm.models import Activity, Attachment, Deal, Note, Pipeline
from crm.models.activity import Kind, Reminder
from teams.models import Membership, Team

CALL, MAIL, MEETING, TASK, VISIT = Kind.CALL, Kind.MAIL, Kind.MEETING, Kind.TASK, Kind.VISIT


class Plan(NamedTuple):
    """Something to do, so many working days from today. What has come to something is done."""

    kind: Kind
    title: str
    due: int
    clock: time | None = None
    reminder: Reminder = Reminder.NONE
    came_to: str = ""


# What the first of the team has planned, who is who a newcomer may be.
OF_THE_FIRST = (
    Plan(CALL, "Ask whether the price is clear", -1),
    Plan(CALL, "Call back about the terms", 0, time(15, 30), Reminder.HOUR_BEFORE),
    Plan(MAIL, "Send the list of what is included", 0),
    Plan(VISIT, "Look at the meter cupboard", 2, time(10), Reminder.DAY_BEFORE),
    Plan(MEETING, "Go through the contract with both owners", 5, time(13, 30), Reminder.SAME_DAY),
    Plan(TASK, "Ask the supplier for a second price", 8),
    Plan(CALL, "Hear how the first week went", -3, came_to="All works; they missed a manual."),
    Plan(
        VISIT, "Measure the counter", -6, time(9), came_to="Two metres, one socket, no cable yet."
    ),
)
# What the others have, each of them three.
OF_THE_OTHERS = (
    Plan(CALL, "Call about the delivery date", 0, time(11)),
    Plan(MAIL, "Send the summary", -2, came_to="Sent; the manager reads it on Friday."),
    Plan(MEETING, "Talk it through with who decides", 4, time(14)),
    Plan(VISIT, "Walk through the building", 1, time(9, 30), Reminder.DAY_BEFORE),
    Plan(CALL, "First call", -5, came_to="They want one supplier for everything."),
    Plan(TASK, "Reserve the equipment", 6),
    Plan(CALL, "Ask for the signature", -1),
    Plan(VISIT, "See the yard by daylight", 3, time(13)),
    Plan(CALL, "Introduce who will install it", -8, came_to="Tuesday morning suits them best."),
    Plan(MAIL, "Confirm the day of delivery", 2),
    Plan(MEETING, "Look back on the first month", 9, time(10, 30)),
    Plan(VISIT, "Test the line before they open", -3, time(8), came_to="Works on all floors."),
    Plan(TASK, "Look up what they pay now", 0),
    Plan(CALL, "Ask who signs besides the owner", 7),
    Plan(MAIL, "Send the drawing of the building", -10, came_to="They found one wall that is new."),
    Plan(CALL, "Agree on a day with their electrician", 2, time(16)),
    Plan(MEETING, "Show it to the people at the counter", 11, time(9)),
    Plan(CALL, "Hear what their old supplier said", -4, came_to="He lets them go at New Year."),
    Plan(VISIT, "Count the sockets", 5, time(10)),
    Plan(MAIL, "Explain the second line of the price", 1),
    Plan(TASK, "Find a date before the holidays", -7, came_to="The week before; they agreed."),
)
EACH = 3

# What was written down about a deal, by what is asked for.
ABOUT = {
    "Online ordering": "Orders come in by **phone and on paper** now.\n\n- busiest on Saturday\n"
    "- 40 to 60 a day\n- paying is done at the door",
    "Card payments at the counter": "Their bank asks a form first. They have it; we need nothing.",
    "Wi-Fi in the yard": "The signal stops at the second shed. A drawing is with this note.",
    "Move to new building": "They have the keys on the **first of next month**, and move on a"
    " weekend.\n\n1. line and phones first\n2. then the counter\n3. the old place a week later",
    "Phone and internet for two sites": "Two contracts now, which end half a year apart. *One date"
    " for both* is what they care about.",
    "Second location": "The lease is signed. Opening is planned for spring, but the floor is late.",
    "Service contract": "Last year they called us eleven times. Most of it was the old router.",
    "Extra seats": "Four now, perhaps two more after the summer. Make the price per seat.",
    "Cameras at the gate": "The neighbours must agree: ask for the letter before we plan anything.",
    "Everything in one contract": "They *hate* paperwork: **one page**, no appendix.\n\n"
    "- the owner decides, alone\n- not before Friday",
}
WRITTEN = 7
ASKED_TO_READ = (
    "@{name}, you have worked with them before. What should I know before I call? They wrote:\n\n"
    "> We would rather wait a month than do it twice."
)
OF_THE_CUSTOMER = "Deliveries at the back, before ten. The front door is for visitors alone."
OF_THE_CONTACT = "Calls back between four and five. Never on Wednesday."

# The files, by what is asked for: a name, and what is in it.
FILES = {
    "Everything in one contract": (
        "Proposal on one page.pdf",
        papers.page(
            "Everything in one contract",
            (
                "Line, phones, Wi-Fi and card payments, for one price a month.",
                "",
                "What it costs: € 385 a month, all included.",
                "When it works: four weeks after you say yes.",
                "Whom to call: us, for everything, on working days from 8.30 to 17.30.",
                "",
                "You can stop every year, on the first of January.",
            ),
        ),
    ),
    "Wi-Fi in the yard": (
        "yard-and-sheds.csv",
        papers.sheet(
            (
                ("Place", "Floor", "Metres from the office", "Signal now"),
                ("Office", "ground", "0", "good"),
                ("First shed", "ground", "35", "weak"),
                ("Second shed", "ground", "70", "none"),
                ("Gate", "outside", "95", "none"),
            )
        ),
    ),
    "Move to new building": (
        "day-of-the-move.txt",
        b"Friday 17:00   phones go to the mobile of the owner\n"
        b"Saturday 8:00  line and router in the new building\n"
        b"Saturday 13:00 phones back, test call with the owner\n"
        b"Monday 7:30    somebody of us is there when they open\n",
    ),
}


def write_down_the_work(team: Team, calendar: Calendar) -> None:
    """Let the team have plans, notes and files, as of now."""
    people = list(team.memberships.select_related("user").order_by("pk"))
    sales = team.deals.open().filter(pipeline__kind=Pipeline.Kind.SALES)
    # What has no next step is for somebody to mend, and stays so.
    open_deals = sales.exclude(owner=None).exclude(next_step="")
    deals = list(open_deals.select_related("organization", "contact").order_by("-opened_at", "pk"))
    _plan(deals, people, calendar)
    _write_notes(deals, people, at=calendar.at)


def _plan(deals: Sequence[Deal], people: Sequence[Membership], calendar: Calendar) -> None:
    for place, person in enumerate(people):
        theirs = [deal for deal in deals if deal.owner_id == person.user_id]
        shared = OF_THE_OTHERS[EACH * (place - 1) : EACH * place]
        for plan in shared if place else OF_THE_FIRST:
            _put(plan, theirs, person, calendar)


def _put(plan: Plan, deals: Sequence[Deal], person: Membership, calendar: Calendar) -> None:
    """Plan it for one of these deals, two days before, and do what is done."""
    day = floor(calendar.now) + plan.due
    said = min(calendar.moment(day - 1.7), calendar.at - timedelta(hours=1))
    begun = [deal for deal in deals if deal.opened_at < said]
    if not begun:
        return
    deal = luck(person.team.slug, person.user.name, plan.title).choice(begun)
    planned = Activity.objects.plan(
        person.team,
        plan.title,
        kind=plan.kind,
        due_on=calendar.day(day),
        due_time=plan.clock,
        reminder=plan.reminder,
        deal=deal,
        assignee=person.user,
        by=person,
        at=said,
    )
    if plan.came_to:
        done = min(calendar.moment(day + 0.7), calendar.at)
        planned.do(plan.came_to, version=planned.version, by=person, at=done)


def _write_notes(deals: Sequence[Deal], people: Sequence[Membership], *, at: datetime) -> None:
    """One for each thing that is asked for, and one that the first of the team is asked to read."""
    newest = {deal.title: deal for deal in reversed(deals) if deal.title in ABOUT}
    for place, (title, deal) in enumerate(list(newest.items())[:WRITTEN]):
        by, hours = _owner(deal, people), timedelta(hours=4 + place)
        _write_note(title, deal, by=by, at=max(deal.opened_at, at - hours))
    first, second = people[:2]
    theirs = next(deal for deal in deals if deal.owner_id == second.user_id)
    asked, write = ASKED_TO_READ.format(name=first.user.name), Note.objects.write
    opened, lately = theirs.opened_at, at - timedelta(hours=2)
    write(theirs.team, asked, deal=theirs, by=second, at=max(opened, lately))
    of_customer, of_contact = theirs.organization, theirs.contact
    write(theirs.team, OF_THE_CUSTOMER, organization=of_customer, by=second, at=opened)
    write(theirs.team, OF_THE_CONTACT, contact=of_contact, by=second, at=opened)


def _write_note(title: str, deal: Deal, *, by: Membership, at: datetime) -> None:
    """What is known about it; with a file it stays on top."""
    has_file = title in FILES
    note = Note.objects.write(deal.team, ABOUT[title], deal=deal, is_pinned=has_file, by=by, at=at)
    if has_file:
        name, contents = FILES[title]
        Attachment.objects.attach(ContentFile(contents), name, note=note, by=by, at=at)


def _owner(deal: Deal, people: Sequence[Membership]) -> Membership:
    return next(one for one in people if one.user_id == deal.owner_id)
