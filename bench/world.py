"""A believable team as rows for COPY: the same rows every time, made without looking at anything.

Everything is measured back from `now`, in whole seconds. Words hold no tab, backslash or line
break, so nothing needs to be escaped.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from random import Random

from crm.happenings import Happening
from crm.models import Category, StageDraft

SEED = "kring"
HOUR, DAY = 3_600, 86_400
YEARS = 3 * 365 * DAY
OPEN_DEALS = 60
# Closed in the last days, as many in every world, so that every board shows the same cards.
LATELY = 13 * DAY
LATELY_OF_EACH = 6
DEALS_PER_ORGANIZATION = 5
VISITS = 5  # at most, so that a deal's visits know their ids
GAP = 2**20
NO = "false"

STAGES = (
    StageDraft("First contact", Category.INTAKE, "Answered within one working day"),
    StageDraft("Need known", Category.OPEN, "We can say what they need in one sentence", 30),
    StageDraft("Proposal sent", Category.OPEN, "Price and date on one page"),
    StageDraft("Agreeing", Category.OPEN, "The customer said yes"),
    StageDraft("Won", Category.WON),
    StageDraft("Lost", Category.LOST),
)
WON, LOST = 4, 5
OPEN_WEIGHTS = (25, 15, 12, 8)
PEOPLE = 5

WHAT = (
    "Wi-Fi in the yard",
    "Extra seats",
    "A new switchboard",
    "Support for two years",
    "Cabling",
    "Phones for the night shift",
    "A second line",
    "Cameras at the gate",
    "Spare parts",
)
KIND = ("Bakery", "Dairy", "Transport", "Garage", "Clinic", "Nursery", "Brewery", "School", "Press")
PLACE = ("Zuid", "Noord", "Maas", "Rijn", "IJssel", "Waal", "Vecht", "Amstel", "Été", "Overbruggen")
FIRST = ("Anna", "Bram", "Carla", "Daan", "Eva", "Femke", "Gijs", "Hanna", "Imran", "Joëlle")
LAST = ("Bakker", "de Vries", "Jansen", "Visser", "Smit", "Meijer", "Mulder", "Bos", "Peters")
SOURCES = ("Phone", "Website", "Fair", "Existing customer")
STEPS = ("Call about the price", "Send the proposal", "Visit the site", "Ask for the order", "")
REASONS = ("Too expensive", "No answer any more", "Went to another supplier", "Not needed now")


@dataclass(frozen=True)
class Place:
    """Where a team's rows belong: ids that stand in the database, and the team's own number.

    `guests` sit in its debates, as if it were a team of fifty.
    """

    index: int
    team: int
    pipeline: int
    revision: int
    stages: list[int]
    people: list[int]
    sources: list[int]
    reasons: list[int]
    guests: list[int] = field(default_factory=list)


Line = tuple[int, str]
_json = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True)
class Stay:
    """A visit to be: the stage by its place among STAGES, seconds since 1970."""

    stage: int
    entered: int
    left: int | None


@dataclass
class Rows:
    """Lines of COPY's text by table, each with the moment at which it would have been written."""

    organizations: list[Line] = field(default_factory=list)
    contacts: list[Line] = field(default_factory=list)
    affiliations: list[Line] = field(default_factory=list)
    deals: list[Line] = field(default_factory=list)
    visits: list[Line] = field(default_factory=list)
    logbook: list[Line] = field(default_factory=list)


COLUMNS = {
    "organizations": (
        "crm_organization",
        "id name name_key sector location founded_year employees revenue website phone street"
        " postal_code country vat_number registration_number version",
    ),
    "contacts": ("crm_contact", "id name language do_not_contact version"),
    "affiliations": ("crm_affiliation", "contact_id organization_id role since_on"),
    "deals": (
        "crm_deal",
        "id team_id pipeline_id stage_id number title organization_id contact_id owner_id"
        " source_id amount expected_close_on outcome opened_at opened_precision closed_at"
        " closed_precision loss_reason_id is_imported next_step next_step_on entered_stage_at"
        " board_rank version custom",
    ),
    "visits": (
        "crm_stagevisit",
        "id deal_id team_id number stage_id category revision_id entered_at left_at by_id precision"
        " estimated is_first went_on_at left_precision",
    ),
    "logbook": (
        "teams_logentry",
        "team_id actor_id kind subject_label subject_id at recorded_at kpi details",
    ),
}


def rows_of(place: Place, deals: int, now: datetime) -> Rows:
    """Everything that one team has, with so many deals."""
    return _Team(place, deals, int(now.timestamp())).rows()


def customers(deals: int) -> int:
    """How many organizations a team with so many deals works for."""
    return max(1, deals // DEALS_PER_ORGANIZATION)


class _Team:
    def __init__(self, place: Place, deals: int, now: int) -> None:
        self.place = place
        self.size = deals
        self.now = now
        self.began = now - YEARS
        self.random = Random(f"{SEED} {place.index}")
        self.out = Rows()
        self.names: list[str] = []

    def rows(self) -> Rows:
        for nth in range(customers(self.size)):
            self._customer(self.place.index * customers(self.size) + nth + 1)
        for number, stays in enumerate(self._lives(), start=1):
            _Deal(self, number, stays).write()
        return self.out

    def _customer(self, pk: int) -> None:
        pick = self.random.choice
        name = f"{pick(KIND)} {pick(PLACE)} {pk}"
        self.names.append(name)
        self.out.organizations.append(
            line(
                self.began, pk, name, name.casefold(), pick(KIND).lower(), pick(PLACE),
                1950 + pk % 70, 5 + pk % 900, f"{pk % 500}.50",
                "", "", "", "", "", "", "", 1,
            )
        )  # fmt: skip
        contact = f"{pick(FIRST)} {pick(LAST)}"
        self.out.contacts.append(line(self.began, pk, contact, "", "f", 1))
        self.out.affiliations.append(line(self.began, pk, pk, "buyer", day_of(self.began)))

    def _lives(self) -> Iterator[list[Stay]]:
        """The visits of each deal; what closed first has the lowest number."""
        opened = min(OPEN_DEALS, self.size // 2)
        closed = self.size - opened
        lately = min(LATELY_OF_EACH, closed // 4)
        late = [WON, LOST] * lately
        moments = sorted(
            self.random.randint(self.began, self.now - LATELY - 2 * DAY)
            for _ in range(closed - len(late))
        )
        for moment in moments:
            yield self._closed(moment, WON if self.random.random() < 0.45 else LOST)
        for end in late:
            yield self._closed(self.now - self.random.randint(HOUR, LATELY), end)
        for stage in self.random.choices(range(WON), OPEN_WEIGHTS, k=opened):
            yield self._opened(stage)

    def _closed(self, at: int, end: int) -> list[Stay]:
        reached = self.random.randint(2 if end == WON else 1, WON)
        return self._backwards([*range(reached), end], at)

    def _opened(self, stage: int) -> list[Stay]:
        # Who stands in the first stage went on and came back, so that nobody has one visit only.
        way = list(range(stage + 1)) if stage else [0, 1, 0]
        return self._backwards(way, self.now - int(self.random.expovariate(1 / (9 * DAY))) - HOUR)

    def _backwards(self, way: list[int], last: int) -> list[Stay]:
        """Visits to these stages, of which the last began then and still runs."""
        entered = [last]
        for _ in way[1:]:
            entered.append(entered[-1] - HOUR - int(self.random.expovariate(1 / (8 * DAY))))
        entered.reverse()
        left = [*entered[1:], None]
        return [Stay(*stay) for stay in zip(way, entered, left, strict=True)]


class _Deal:
    """One deal of a team, being written."""

    def __init__(self, team: _Team, number: int, stays: list[Stay]) -> None:
        random, place = team.random, team.place
        self.team, self.number, self.stays = team, number, stays
        self.pk = place.index * team.size + number
        self.first, self.last = stays[0], stays[-1]
        self.category = STAGES[self.last.stage].category
        self.nth_customer = random.randrange(customers(team.size))
        self.customer = place.index * customers(team.size) + self.nth_customer + 1
        self.owner = None if random.random() < 0.1 else random.choice(place.people)
        self.by = self.owner or place.people[0]
        self.reason = random.choice(place.reasons) if self.category == Category.LOST else None
        self.rank = number * GAP

    @property
    def closed_at(self) -> int | None:
        return self.last.entered if self.category.outcome != "open" else None

    def write(self) -> None:
        self._row()
        for nth, stay in enumerate(self.stays):
            self._visit(nth, stay)
        self._log(Happening.DEAL_ADDED, self.first.entered, stage=STAGES[self.first.stage].name)
        for nth, (left, entered) in enumerate(pairwise(self.stays), start=1):
            self._move(nth, left, entered)

    def _row(self) -> None:
        pick, place = self.team.random, self.team.place
        is_open = self.closed_at is None
        step = pick.choice(STEPS) if is_open else ""
        due = day_of(self.team.now + pick.randint(-5, 20) * DAY) if step else None
        self.team.out.deals.append(
            line(
                self.first.entered,
                self.pk, place.team, place.pipeline, place.stages[self.last.stage], self.number,
                pick.choice(WHAT), self.customer, self.customer, self.owner,
                pick.choice([*place.sources, None]),
                None if pick.random() < 0.05 else f"{pick.randint(200, 60_000)}.00",
                day_of(self.team.now + pick.randint(5, 90) * DAY) if is_open else None,
                self.category.outcome, moment_of(self.first.entered), "moment",
                moment_of(self.closed_at), "moment", self.reason, NO, step, due,
                moment_of(self.last.entered), self.rank, len(self.stays), "{}",
            )
        )  # fmt: skip

    def _visit_id(self, nth: int) -> int:
        return (self.pk - 1) * VISITS + nth + 1

    def _visit(self, nth: int, stay: Stay) -> None:
        place = self.team.place
        earlier, later = self.stays[:nth], self.stays[nth + 1 :]
        is_first = all(one.stage != stay.stage for one in earlier)
        went_on = next((one.entered for one in later if stay.stage < one.stage <= WON), None)
        self.team.out.visits.append(
            line(
                stay.entered,
                self._visit_id(nth), self.pk, place.team, nth + 1, place.stages[stay.stage],
                STAGES[stay.stage].category.value, place.revision, moment_of(stay.entered),
                moment_of(stay.left), self.by, "moment", NO,
                str(is_first).lower(), moment_of(went_on), "moment" if later else "",
            )
        )  # fmt: skip

    def _move(self, nth: int, origin: Stay, target: Stay) -> None:
        """The line of a move, as the verb writes it."""
        kinds = {WON: Happening.DEAL_WON, LOST: Happening.DEAL_LOST}
        self._log(
            kinds.get(target.stage, Happening.DEAL_MOVED),
            target.entered,
            origin=STAGES[origin.stage].name,
            target=STAGES[target.stage].name,
            visit=self._visit_id(nth),
            since=moment_of(target.entered),
            before={
                "stage_id": self.team.place.stages[origin.stage],
                "outcome": "open",
                "closed_at": None,
                "closed_precision": "moment",
                "loss_reason_id": None,
                "loss_reason": "",
                "entered_stage_at": moment_of(origin.entered),
                "board_rank": self.rank,
            },
        )

    def _log(self, kind: Happening, at: int, **details: object) -> None:
        naming = {"deal": self.team.names[self.nth_customer], "number": self.number}
        moment = moment_of(at)
        self.team.out.logbook.append(
            line(
                at,
                self.team.place.team, self.by, kind.value, "crm.deal", self.pk, moment, moment, "",
                _json({**naming, **details}),
            )
        )  # fmt: skip


def line(at: int, *cells: object) -> Line:
    """One row as COPY reads it, with the moment at which it would have been written."""
    return at, "\t".join(["\\N" if cell is None else str(cell) for cell in cells]) + "\n"


# The moments of a visit stand in its row, in its neighbours' and in the lines about them.
@lru_cache(maxsize=64)
def moment_of(seconds: int | None) -> str | None:
    """A moment as PostgreSQL reads it, from its seconds since 1970."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def day_of(seconds: int) -> str:
    """The day of that moment."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).date().isoformat()
