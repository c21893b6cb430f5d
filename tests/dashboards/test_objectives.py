"""Objectives: proposed by one, agreed by all, judged by the figures, and nobody's own."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from dashboards import kpis
from dashboards.jobs import look_at_an_objective, publish_period
from dashboards.models import (
    Aim,
    Objective,
    ObjectiveError,
    Reference,
    Sense,
    StaleObjective,
    Voice,
)
from dashboards.models.objective import JUDGE, SILENCE, State
from dashboards.periods import Period
from teams import duties, story
from teams.models import Job, LogEntry
from tests import builders, racing

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
# It is Monday of week 48.
FIRST, LAST = Period.parse("2026-W45"), Period.parse("2026-W50")


@pytest.fixture(autouse=True)
def monday(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def won():
    return kpis.get("deals-won")


def aim(slug="deals-won", **other):
    usual = {
        "first": FIRST,
        "last": LAST,
        "sense": Sense.LEAST,
        "target": Decimal(4),
        "reference": Reference.OWN,
        "why": "We can serve so many well",
    }
    return Aim(kpi=kpis.get(slug), **{**usual, **other})


def proposed(by, at, **other):
    return Objective.objects.propose(aim(**other), by=by, at=at)


def wins(pipeline, *numbers):
    """So many deals won in each week from the first on."""
    weeks = FIRST.through(LAST)
    builders.many_won(
        pipeline,
        [
            week.start(AMSTERDAM) + timedelta(days=1, hours=12)
            for week, number in zip(weeks, numbers, strict=False)
            for _ in range(number)
        ],
    )


def after_silence(objective):
    return objective.answer_by + timedelta(days=1)


def published(objective):
    return LAST.published_at(AMSTERDAM, objective.team.workdays)


def look(objective, at):
    look_at_an_objective(at=at, objective_id=objective.pk, team_id=objective.team_id)
    objective.refresh_from_db()


# --- the rule ------------------------------------------------------------------------------


def test_it_holds_once_everybody_has_consented(anna, bram, now):
    objective = proposed(anna, now)
    assert objective.state == State.PROPOSED

    objective.consent(by=bram, at=now)

    objective.refresh_from_db()
    assert (objective.state, objective.agreed_on) == (State.ACTIVE, now.date())
    assert Job.objects.get(kind=JUDGE).run_at == published(objective)


def test_in_a_team_of_one_it_holds_at_once(anna, now):
    assert proposed(anna, now).state == State.ACTIVE


def test_nobody_answers_twice(anna, bram, now):
    builders.member("Dora", anna.team, at=now)
    objective = proposed(anna, now)

    with pytest.raises(StaleObjective, match="answered this already"):
        objective.consent(by=anna, at=now)
    objective.consent(by=bram, at=now)
    with pytest.raises(StaleObjective, match="answered this already"):
        objective.object("It hurts", by=bram, at=now)
    assert Voice.objects.count() == 2


def test_one_objection_takes_it_off_the_table(anna, bram, now):
    objective = proposed(anna, now)

    objective.object("We would  hurry our customers", by=bram, at=now)

    objective.refresh_from_db()
    assert objective.state == State.DROPPED
    assert objective.ended_why == "We would hurry our customers"
    assert objective.agreed_on is None
    with pytest.raises(StaleObjective, match="decided a moment ago"):
        objective.consent(by=bram, at=now)
    assert proposed(bram, now).is_open


@pytest.mark.parametrize("verb", ["object", "drop"])
def test_whoever_ends_it_says_why(anna, bram, now, verb):
    objective = proposed(anna, now)

    with pytest.raises(ObjectiveError, match="Say "):
        getattr(objective, verb)(" \n", by=bram, at=now)

    objective.refresh_from_db()
    assert objective.state == State.PROPOSED


def test_silence_is_no_consent_and_half_of_the_team_is_enough(anna, bram, now):
    builders.member("Dora", anna.team, at=now)
    two_of_three, one_of_three = proposed(anna, now), proposed(anna, now, slug="deals-lost")
    two_of_three.consent(by=bram, at=now)
    last_day = one_of_three.answer_by
    evening = now.replace(year=last_day.year, month=last_day.month, day=last_day.day, hour=20)

    for objective in (two_of_three, one_of_three):
        look(objective, evening)
        assert objective.state == State.PROPOSED
        look(objective, evening + timedelta(hours=12))
        look(objective, evening + timedelta(hours=36))

    assert two_of_three.state == State.ACTIVE
    assert one_of_three.state == State.LAPSED
    lines = LogEntry.objects.filter(kind__contains="objective").order_by("pk")
    assert [line.kind.rsplit(".", 1)[1] for line in lines] == [
        "proposed",
        "proposed",
        "agreed",
        "lapsed",
    ]


def test_whoever_left_counts_neither_way(anna, bram, now):
    builders.member("Dora", anna.team, at=now)
    objective = proposed(anna, now)
    anna.team.memberships.filter(pk=anna.pk).update(until_at=now)

    look(objective, now + timedelta(days=10))

    assert objective.state == State.LAPSED


def test_after_the_days_to_answer_nobody_answers(anna, bram, now):
    objective = proposed(anna, now)
    late = now + timedelta(days=8)

    for verb in (objective.consent, lambda **who: objective.object("Too much", **who)):
        with pytest.raises(ObjectiveError, match="days to answer this are over"):
            verb(by=bram, at=late)
    assert not objective.can_be_answered(bram, late)


def test_the_job_for_silence_looks_when_the_last_day_is_over(anna, bram, now):
    objective = proposed(anna, now)

    # Monday and five working days.
    assert str(objective.answer_by) == "2026-11-30"
    run_at = Job.objects.get(kind=SILENCE).run_at.astimezone(AMSTERDAM)
    assert (run_at.date(), run_at.hour) == (after_silence(objective), 0)


def test_only_the_team_decides(anna, bram, carla, now):
    objective = proposed(anna, now)

    for verb in (
        lambda: objective.consent(by=carla, at=now),
        lambda: objective.object("No", by=carla, at=now),
        lambda: objective.drop("No", by=carla, at=now),
    ):
        with pytest.raises(ObjectiveError, match="Only the team"):
            verb()


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"why": "  "}, "Say why"),
        ({"target": Decimal(-1)}, "can never be"),
        ({"slug": "win-rate", "target": Decimal("1.01")}, "can never be"),
        ({"slug": "customer-score", "target": Decimal("5.1")}, "can never be"),
        ({"slug": "time-in-stage"}, "read in its parts"),
        ({"first": LAST, "last": FIRST}, "begins before it ends"),
        ({"last": Period.parse("2026-12")}, "begins before it ends"),
        ({"last": Period.parse("2026-W48")}, "over before all of us"),
        ({"last": Period.parse("2027-W45")}, "a year at most"),
    ],
)
def test_some_aims_are_none(anna, now, other, sentence):
    with pytest.raises(ObjectiveError, match=sentence):
        proposed(anna, now, **other)
    assert not Objective.objects.exists()


def test_a_year_and_the_highest_share_are_allowed(anna, now):
    proposed(anna, now, last=Period.parse("2027-W44"))
    proposed(anna, now, slug="win-rate", target=Decimal(1))

    assert Objective.objects.count() == 2


def test_one_objective_for_a_figure_at_a_time(anna, now):
    first = proposed(anna, now)

    with pytest.raises(StaleObjective, match="open already"):
        proposed(anna, now)
    months = {"first": Period.parse("2026-11"), "last": Period.parse("2027-01")}
    proposed(anna, now, **months)
    first.drop("The market is another one", by=anna, at=now)
    proposed(anna, now)

    with pytest.raises(StaleObjective, match="is over"):
        first.drop("Again", by=anna, at=now)


# --- what came of it -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "sense", "state", "outcome"),
    [
        ([5, 4, 9, 3, 4, 6], Sense.LEAST, State.REACHED, Decimal("4.5")),
        # One good week makes no good quarter.
        ([3, 3, 20, 3, 3, 3], Sense.LEAST, State.MISSED, Decimal(3)),
        ([4, 4, 4, 4, 4, 4], Sense.MOST, State.REACHED, Decimal(4)),
        ([5, 5, 5, 4, 5, 5], Sense.MOST, State.MISSED, Decimal(5)),
    ],
)
def test_it_is_judged_once_by_the_middle_of_its_figures(
    anna, pipeline, now, numbers, sense, state, outcome
):
    objective = proposed(anna, now, sense=sense)
    wins(pipeline, *numbers)

    look(objective, published(objective) - timedelta(seconds=1))
    assert objective.state == State.ACTIVE
    look(objective, published(objective))

    assert (objective.state, objective.outcome, objective.n) == (state, outcome, 6)
    look(objective, published(objective) + timedelta(days=1))
    assert LogEntry.objects.filter(kind="dashboards.objective.judged").count() == 1


def test_of_too_few_figures_nothing_is_said(anna, pipeline, now):
    # A win rate has no figure in a week without an ended deal.
    objective = proposed(anna, now, slug="win-rate", target=Decimal("0.5"))
    wins(pipeline, 1, 1, 0, 0, 0, 0)

    look(objective, published(objective))

    assert (objective.state, objective.outcome, objective.n) == (State.UNJUDGED, None, 2)


def test_half_of_the_figures_are_enough(anna, pipeline, now):
    objective = proposed(anna, now, slug="win-rate", target=Decimal("0.5"))
    wins(pipeline, 1, 1, 2, 0, 0, 0)

    look(objective, published(objective))

    assert (objective.state, objective.outcome) == (State.REACHED, Decimal(1))


def test_two_at_the_same_second(transactional_db, anna, bram, now):
    def scene():
        Voice.objects.all()
        Objective.objects.open().filter(kpi="deals-won").update(
            state=State.DROPPED, ended_why="For the next two"
        )
        objective = proposed(anna, now)
        dora = Objective.objects.get(pk=objective.pk)
        return (
            lambda: objective.consent(by=bram, at=now),
            lambda: dora.drop("Not now", by=anna, at=now),
        )

    for consented, dropped in racing.meetings(scene):
        assert dropped is None
        assert consented is None or isinstance(consented, StaleObjective)
        assert Objective.objects.newest_first()[0].state == State.DROPPED


def test_two_propose_the_same_figure_at_once(transactional_db, anna, bram, now):
    told = racing.at_once([lambda: proposed(anna, now), lambda: proposed(bram, now)])

    assert sorted(type(one).__name__ for one in told) == ["Objective", "StaleObjective"]


def test_what_was_said_cannot_be_changed(anna, bram, now):
    proposed(anna, now)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE dashboards_voice SET says = 'objects'")


# --- where it is read ----------------------------------------------------------------------


def test_a_report_says_what_was_wanted_of_a_figure(anna, pipeline, now, annas):
    wins(pipeline, 5, 4, 9)
    proposed(anna, now - timedelta(days=1))
    anna.team.started_at = FIRST.start(AMSTERDAM)
    anna.team.save()

    report = publish_period(anna.team, Period.parse("2026-W47"), at=now)

    entry = next(one for one in report.payload["kpis"] if one["slug"] == "deals-won")
    assert entry["objective"] == {
        "sense": "least",
        "target": "4",
        "first": "2026-W45",
        "last": "2026-W50",
    }
    page = annas.get(reverse("dashboards:reading", args=[anna.team.slug])).content.decode()
    assert "Our objective: at least 4, from week 45 to week 50." in page
    assert 'class="target"' in page


def test_before_and_after_and_once_dropped_a_report_says_nothing_of_it(anna, pipeline, now):
    wins(pipeline, 5, 4, 9)
    objective = proposed(anna, now)
    wanted = anna.team.objectives.wanted_in

    assert not wanted(FIRST.previous)
    assert wanted(FIRST)
    assert wanted(LAST)
    assert not wanted(LAST.next)
    objective.drop("Enough", by=anna, at=now)
    assert not wanted(FIRST)


# --- the pages -----------------------------------------------------------------------------


@pytest.fixture
def new(team):
    return reverse("dashboards:objective-new", args=[team.slug, "deals-won"])


def sent(**other):
    usual = {"first": "2026-W48", "last": "2026-W52", "sense": "least", "target": "4"}
    return {**usual, "reference": "own", "why": "It is what we can serve", **other}


def test_bram_agrees_to_what_anna_wants(annas, brams, new, team):
    page = annas.post(new, sent(), follow=True)
    assert "It is proposed." in page.content.decode()
    objective = Objective.objects.get()
    address = reverse("dashboards:objective", args=[team.slug, objective.pk])

    asked = duties.of(brams.get("/").wsgi_request.user, team, day=objective.answer_by)
    assert [(duty.what, duty.about, duty.url) for duty in asked] == [
        ("Answer a proposed objective", "Deals won", address)
    ]
    page = brams.get(address).content.decode()
    assert "Anna: consents" in page.replace("\n", " ")
    assert "I consent" in page
    brams.post(address + "consent/")

    objective.refresh_from_db()
    assert objective.state == State.ACTIVE
    page = brams.get(address).content.decode()
    assert "I consent" not in page
    assert "We want this no longer" in page
    assert not duties.of(brams.get("/").wsgi_request.user, team, day=objective.answer_by)


def test_a_share_is_typed_in_percent_and_kept_as_a_share(annas, bram, team):
    address = reverse("dashboards:objective-new", args=[team.slug, "win-rate"])
    assert "In percent. What" in annas.get(address).content.decode()

    annas.post(address, sent(target="32.5"))

    objective = Objective.objects.get()
    assert objective.target == Decimal("0.325")
    page = annas.get(reverse("dashboards:objective", args=[team.slug, objective.pk]))
    assert "at least 32%" in page.content.decode()


def test_what_is_missing_is_said_beside_the_field(annas, new):
    answer = annas.post(new, sent(target="four", why=""))

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"target", "why"}
    assert not Objective.objects.exists()


def test_a_refusal_keeps_what_was_typed(annas, new):
    answer = annas.post(new, sent(last="2026-W48"))

    assert answer.status_code == 422
    assert "over before all of us can answer" in answer.content.decode()
    assert "It is what we can serve" in answer.content.decode()


def test_the_second_is_led_to_the_first(annas, brams, anna, new, team):
    annas.post(new, sent())
    there = reverse("dashboards:objective", args=[team.slug, Objective.objects.get().pk])

    assert there in brams.get(new).content.decode()
    answer = brams.post(new, sent(why="Mine"))

    assert answer.status_code == 409
    assert "Mine" in answer.content.decode()
    assert there in answer.content.decode()


def test_who_comes_second_is_told(annas, brams, bram, new, team, now):
    annas.post(new, sent())
    objective = Objective.objects.get()
    address = reverse("dashboards:objective", args=[team.slug, objective.pk])
    objective.drop("Not now", by=bram, at=now)

    answer = brams.post(address + "consent/")

    assert answer.status_code == 409
    assert "decided a moment ago" in answer.content.decode()
    answer = annas.post(address + "objection/", {"why": ""})
    assert answer.status_code == 422
    assert annas.post(address + "applause/").status_code == 404


def test_a_manager_reads_what_was_agreed_and_by_nobodys_name(annas, brams, mias, bram, new, team):
    annas.post(new, sent())
    objective = Objective.objects.get()
    address = reverse("dashboards:objective", args=[team.slug, objective.pk])
    everything = reverse("dashboards:objectives", args=[team.slug])

    assert mias.get(address).status_code == 404
    assert "No objectives yet" in mias.get(everything).content.decode()
    brams.post(address + "consent/")

    for page in (mias.get(address), mias.get(everything)):
        told = page.content.decode()
        assert "at least 4, from week 48 to week 52" in told
        assert "Anna" not in told
        assert "Bram" not in told
        assert "no longer" not in told
    assert mias.post(address + "end/", {"why": "I say so"}).status_code == 404


def test_all_objectives_ask_as_many_questions_for_one_as_for_many(
    annas, anna, bram, team, now, django_assert_max_num_queries, django_assert_num_queries
):
    address = reverse("dashboards:objectives", args=[team.slug])
    slugs = ["deals-won", "deals-lost", "value-won", "win-rate"]

    def one():
        slug = slugs.pop()
        objective = proposed(anna, now, slug=slug, target=Decimal(1))
        if len(slugs) % 2:
            objective.consent(by=bram, at=now)

    one()
    one()
    with django_assert_max_num_queries(12) as few:
        annas.get(address)
    one()
    one()
    with django_assert_num_queries(len(few)):
        annas.get(address)


def test_how_it_stands_is_said_with_its_n(annas, anna, won, team, now):
    builders.measured(team, won, [FIRST, FIRST.next, FIRST.next.next], [3, 8, 5], at=now)
    objective = proposed(anna, now)
    address = reverse("dashboards:objective", args=[team.slug, objective.pk])

    assert "So far 5, the middle of 3 weeks." in annas.get(address).content.decode()


def test_what_came_of_it_is_said_too(annas, anna, pipeline, team, now):
    objective = proposed(anna, now)
    address = reverse("dashboards:objective", args=[team.slug, objective.pk])
    assert "No whole period of it has been measured yet." in annas.get(address).content.decode()
    wins(pipeline, 3, 3, 3, 3, 3, 3)

    look(objective, published(objective))

    page = annas.get(reverse("dashboards:objectives", args=[team.slug])).content.decode()
    assert "It came to 3, the middle of 6 weeks." in page
    assert "Missed" in page


def test_months_are_told_as_months(annas, anna, team, now):
    months = {"first": Period.parse("2026-10"), "last": Period.parse("2027-01")}
    builders.measured(team, kpis.get("deals-won"), [Period.parse("2026-10")], [11], at=now)
    objective = proposed(anna, now, **months)
    address = reverse("dashboards:objective", args=[team.slug, objective.pk])

    page = annas.get(address).content.decode()

    assert "So far 11, the middle of 1 month." in page
    assert "from October 2026 to January 2027" in page


def test_over_new_year_the_weeks_are_told_with_their_year(annas, anna, team, now):
    objective = proposed(anna, now, last=Period.parse("2027-W02"))
    address = reverse("dashboards:objective", args=[team.slug, objective.pk])

    page = annas.get(address).content.decode()

    assert "from week 45 of 2026 to week 2 of 2027" in page


def test_the_logbook_tells_of_it_without_its_words(anna, bram, now):
    objective = proposed(anna, now)
    objective.consent(by=bram, at=now)
    look(objective, published(objective))
    other = proposed(anna, now, slug="deals-lost", why="Secret")
    other.object("A secret harm", by=bram, at=now)
    third = proposed(anna, now, slug="win-rate", target=Decimal(1))
    third.drop("A secret reason", by=anna, at=now)

    lines = LogEntry.objects.filter(kind__startswith="dashboards.objective").order_by("pk")

    assert [story.line(line) for line in lines] == [
        "An objective for “Deals won” was proposed.",
        "The team agreed on an objective for “Deals won”.",
        "The objective for “Deals won” was missed.",
        "An objective for “Deals lost” was proposed.",
        "Somebody objected to the objective for “Deals lost”.",
        "An objective for “Win rate of closed deals” was proposed.",
        "The objective for “Win rate of closed deals” was dropped.",
    ]
    assert "ecret" not in str([line.details for line in lines])


# --- programs ------------------------------------------------------------------------------


def api(team, name="objectives", *args):
    return reverse(f"dashboards-api:{name}", args=[team.slug, *args])


def draft(**other):
    return {**sent(), "kpi": "win-rate", "target": "0.325", **other}


def test_a_program_proposes_and_bram_consents(annas, brams, team):
    made = annas.post(api(team), draft(), content_type="application/json")
    assert made.status_code == 201
    pk = made.json()["id"]
    assert made.json()["answers"] == [
        {"name": "Anna", "says": "consents"},
        {"name": "Bram", "says": ""},
    ]

    agreed = brams.post(api(team, "consent", pk), {}, content_type="application/json")

    assert agreed.json()["state"] == "active"
    assert agreed.json()["target"] == "0.3250"
    assert brams.get(api(team, "objective", pk)).json() == agreed.json()
    ended = annas.post(api(team, "objective-end", pk), {"why": "Done"}, "application/json")
    assert (ended.json()["state"], ended.json()["ended_why"]) == ("dropped", "Done")


def test_a_program_objects(annas, brams, team):
    pk = annas.post(api(team), draft(), content_type="application/json").json()["id"]

    told = brams.post(api(team, "objection", pk), {"why": "It hurts"}, "application/json")

    assert told.json()["state"] == "dropped"
    again = brams.post(api(team, "objection", pk), {"why": "It hurts"}, "application/json")
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"kpi": "happiness"}, "kpi"),
        ({"target": "1e3"}, "target"),
        ({"first": "2026"}, "first"),
        ({"why": " "}, "why"),
    ],
)
def test_a_program_is_told_what_it_got_wrong(annas, team, other, field):
    answer = annas.post(api(team), draft(**other), content_type="application/json")

    assert answer.status_code == 400
    assert list(answer.json()) == [field]


def test_the_program_of_a_manager_reads_what_was_agreed_alone(annas, brams, mias, bram, team):
    pk = annas.post(api(team), draft(), content_type="application/json").json()["id"]
    assert mias.get(api(team)).json() == []
    assert mias.get(api(team, "objective", pk)).status_code == 404

    brams.post(api(team, "consent", pk), {}, content_type="application/json")

    [told] = mias.get(api(team)).json()
    assert told["state"] == "active"
    assert "answers" not in told
