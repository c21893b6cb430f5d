"""The engine counts every figure as one would on paper, in worlds that nobody thought of."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm.happenings import Happening
from crm.models import Category, Deal, LossReason, OpenSpell, Pipeline, Question, StageVisit
from crm.models.drafting import StageDraft
from crm.models.voice import LASTS
from dashboards import kpis
from dashboards.engine import measure
from dashboards.periods import Period
from teams.models import LogEntry, Membership, Team
from tests import builders
from tests.reference.counting import COUNTS, PARTS, Window
from tests.reference.rows import rows_of

pytestmark = pytest.mark.django_db

# Counted in tests/reference/test_answers_count_as_on_paper.py.
ANSWERS = {"first-response", "answered-in-time"}

ZONE = ZoneInfo("Europe/Amsterdam")
FIRST = date(2024, 9, 1)
MONTHS = list(Period.parse("2025-09").through(Period.parse("2025-12")))
WEEKS = list(Period.parse("2025-W42").through(Period.parse("2025-W45")))
UNTIL = datetime(2025, 12, 20, 12, tzinfo=ZONE)
STAGES = [
    StageDraft("Contact", Category.INTAKE),
    StageDraft("Talk", Category.OPEN),
    StageDraft("Offer", Category.OPEN),
    StageDraft("Done", Category.WON),
    StageDraft("Lost", Category.LOST),
]

steps = st.tuples(st.integers(0, 4), st.integers(0, 2_000))
# After so many hours, either a step (blank: cleared) or an amount (None: unknown).
changes = st.tuples(
    st.integers(0, 4_000),
    st.sampled_from(["Call", "", None]),
    st.sampled_from([None, "10.00", "75.50"]),
)
# Asked after so many hours, answered after so many more with a score, or withdrawn with nought.
questions = st.tuples(st.integers(0, 4_000), st.integers(0, 719), st.integers(0, 5))
lives = st.fixed_dictionaries(
    {
        "process": st.integers(0, 2),
        "begins": st.integers(0, 24 * 470),
        "first": st.integers(0, 2),
        "steps": st.lists(steps, max_size=5),
        "precision": st.sampled_from(["moment", "moment", "day", "none"]),
        "amount": st.sampled_from([None, Decimal(100), Decimal("250.50")]),
        "reason": st.sampled_from(["Price", "price", "Too late", ""]),
        "changes": st.lists(changes, max_size=4),
        "asked": st.none() | questions,
        "due": st.none() | st.integers(-3, 3),
    }
)


@pytest.fixture
def processes(team: Team, now: datetime) -> list[Pipeline]:
    return [
        Pipeline.start(team, name, STAGES, by=None, at=now, kind=kind, currency=currency)
        for name, kind, currency in (
            ("Sales", Pipeline.Kind.SALES, "EUR"),
            ("Abroad", Pipeline.Kind.SALES, "USD"),
            ("Service", Pipeline.Kind.SERVICE, "EUR"),
        )
    ]


@pytest.fixture
def members(team: Team) -> list[Membership]:
    """Seven, of whom one came and two left in the periods that are counted: then they are five."""
    days: list[tuple[date, date | None]] = [
        (FIRST, None), (FIRST, None), (FIRST, None), (FIRST, None),
        (date(2025, 10, 20), None), (FIRST, date(2025, 10, 27)), (FIRST, date(2025, 12, 3)),
    ]  # fmt: skip
    return Membership.objects.bulk_create(
        Membership(
            team=team,
            user=builders.person(f"P{nth}"),
            since_at=datetime.combine(since, time.min, ZONE),
            until_at=until and datetime.combine(until, time.min, ZONE),
        )
        for nth, (since, until) in enumerate(days)
    )


def moment(hours: int, precision: str) -> datetime:
    exact = datetime.combine(FIRST, time.min, ZONE) + timedelta(hours=hours)
    return exact.replace(hour=12) if precision == "day" else exact


def write(life: dict, process: Pipeline, number: int) -> None:
    """Put a deal in the books as an import would, visit by visit."""
    stages, revision = list(process.stages.in_order()), process.current_revision()
    precision, hours = life["precision"], life["begins"]
    stays = [(stages[life["first"]], moment(hours, precision))]
    for place, more in life["steps"]:
        if stages[place] != stays[-1][0]:
            hours += more
            stays.append((stages[place], moment(hours, precision)))
    last, entered = stays[-1]
    deal = Deal.objects.create(
        team=process.team,
        pipeline=process,
        stage=last,
        number=number,
        title="Extra seats",
        amount=life["amount"],
        # Around the day on which it may have been done.
        expected_close_on=None
        if life["due"] is None
        else entered.astimezone(ZONE).date() + timedelta(days=life["due"]),
        outcome=last.outcome,
        opened_at=stays[0][1],
        opened_precision=precision,
        closed_at=None if last.is_open else entered,
        closed_precision="moment" if precision == "none" else precision,
        loss_reason=builders.chosen(LossReason, process.team, life["reason"])
        if last.category == Category.LOST
        else None,
        is_imported=True,
        entered_stage_at=entered,
        board_rank=number,
    )
    write_changes(deal, life)
    if life["asked"]:
        write_question(deal, life)
    leaving = [*(at for _, at in stays[1:]), None]
    StageVisit.objects.bulk_create(
        StageVisit(
            deal=deal,
            team=process.team,
            number=index,
            stage=stage,
            category=stage.category,
            revision=revision,
            entered_at=at,
            left_at=left,
            precision=precision if index == 1 or precision == "day" else "moment",
        )
        for index, ((stage, at), left) in enumerate(zip(stays, leaving, strict=True), start=1)
    )
    StageVisit.objects.tell([deal.pk])


def write_question(deal: Deal, life: dict) -> None:
    """A question to the customer, and what became of it; five in six are answered."""
    wait, more, score = life["asked"]
    asked, then = (moment(life["begins"] + hours, "moment") for hours in (wait, wait + more))
    Question.objects.create(
        deal=deal,
        team=deal.team,
        token_hash=str(deal.number),
        asked_at=asked,
        expires_at=asked + LASTS,
        answered_at=then if score else None,
        score=score or None,
        withdrawn_at=then if not score and more % 2 else None,
    )


def write_changes(deal: Deal, life: dict) -> None:
    """Lines in the logbook about the next step and the amount, as its verbs leave them."""
    hours, amount = life["begins"], "1.00"
    for more, step, new in life["changes"]:
        hours += more
        details = {"old": {"amount": amount}, "new": {"amount": new}}
        LogEntry.objects.create(
            team=deal.team,
            kind=Happening.DEAL_EDITED if step is None else Happening.STEP_PLANNED,
            subject_label="crm.deal",
            subject_id=deal.pk,
            at=moment(hours, "moment"),
            details=details if step is None else {"step": step},
        )
        if step is None:
            amount = new
            Deal.objects.filter(pk=deal.pk).update(amount=new)


def assert_counted_as_on_paper(team: Team, periods: list[Period], until: datetime) -> None:
    rows = rows_of(team)
    members = tuple(team.memberships.values_list("since_at", "until_at"))
    for kpi in kpis.all_kpis():
        if kpi.slug not in COUNTS:
            continue
        figures = {
            (figure.period, figure.dimension): figure.value
            for figure in measure(kpi, [team], periods, until=until)
            if figure.n or not figure.dimension
        }
        for period in periods:
            start, end = period.start(team.zone), period.end(team.zone)
            window = Window(start, end, until, team.zone, members)
            expected = {"": COUNTS[kpi.slug](rows, window)}
            if kpi.dimension:
                expected |= PARTS[kpi.slug](rows, window)
            counted = {
                dimension: None if value is None else float(value)
                for (when, dimension), value in figures.items()
                if when == period
            }
            assert counted == {
                dimension: value if value is None else pytest.approx(value)
                for dimension, value in expected.items()
            }, (kpi.slug, period)


@settings(
    max_examples=15,
    # To make a failing world smaller would take minutes; a dozen deals can be read as they are.
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(world=st.lists(lives, max_size=20))
def test_in_any_world(
    world: list[dict], team: Team, processes: list[Pipeline], members: list[Membership]
) -> None:
    Deal.objects.all().delete()
    for number, life in enumerate(world, start=1):
        write(life, processes[life["process"]], number)
    OpenSpell.objects.tell(Deal.objects.all())

    assert_counted_as_on_paper(team, [*MONTHS, *WEEKS], UNTIL)


def test_every_figure_of_the_customer_process_has_its_reference() -> None:
    measured = {kpi.slug for kpi in kpis.all_kpis() if kpi.facts.__module__.startswith("crm.")}

    assert measured == COUNTS.keys() | ANSWERS
    assert {slug for slug in measured if kpis.get(slug).dimension} == PARTS.keys()
