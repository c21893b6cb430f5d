"""The normal range of a figure: signed by the team, locked, and replaced by four answers only."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from dashboards import kpis
from dashboards.jobs import look_for_signals, publish_period
from dashboards.models import Baseline, BaselineError, Measurement, Signal, StaleBaseline
from dashboards.periods import Period
from dashboards.ranges import measured, to_choose_from, usual_stretch
from dashboards.rebasing import QUESTIONS, Answers
from dashboards.writing import dated
from teams import story
from teams.models import LogEntry
from tests import builders, racing

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LAST = Period.parse("2026-W47")
FIRST = Period.parse("2026-W05")
BEFORE = [3, 5, 4, 4, 6, 5, 2, 3, 4, 6, 3, 5, 5, 4, 2, 3, 5, 6, 4, 4, 3]
SINCE = [7 + wins for wins in [*BEFORE, 5]]
YES = dict.fromkeys(QUESTIONS, "yes")
WORDS = {"reason": "Proposals of one page", "lasting": "It is how we write them now"}


@pytest.fixture
def weeks(team, won, now):
    """Twenty-one ordinary weeks, and twenty-two since the team wins more than twice as much."""
    weeks = list(FIRST.through(LAST))
    builders.measured(team, won, weeks, [*BEFORE, *SINCE], at=now)
    return weeks


@pytest.fixture
def wins(weeks, pipeline):
    """The deals behind those figures, for a report is counted from them."""
    builders.many_won(
        pipeline,
        [
            week.start(AMSTERDAM) + timedelta(days=1, hours=12)
            for week, count in zip(weeks, [*BEFORE, *SINCE], strict=True)
            for _ in range(count)
        ],
    )


@pytest.fixture
def won():
    return kpis.get("deals-won")


@pytest.fixture
def old(weeks, won, anna, now):
    at = now - timedelta(weeks=20)
    return Baseline.sign(won, weeks[0], weeks[20], by=anna, at=at, reason="A calm half year")


def answers(**other):
    return Answers(**{**dict.fromkeys(QUESTIONS, True), **WORDS, **other})


def rebase(won, weeks, by, at, *, seen, first=21, last=42, **other):
    return Baseline.rebase(
        won, weeks[first], weeks[last], answers=answers(**other), seen=seen, by=by, at=at
    )


def page(team, name="range", kpi="deals-won"):
    return reverse(f"dashboards:{name}", args=[team.slug, kpi])


def sent(weeks, old, **other):
    stretch = {"first": str(weeks[21]), "last": str(weeks[42])}
    return {**stretch, "seen": old.pk if old else 0, **YES, **WORDS, **other}


# --- the rule ------------------------------------------------------------------------------


def test_a_new_range_ends_the_old_one_and_its_signals(team, weeks, won, old, anna, now):
    look_for_signals(team, LAST)
    assert Signal.objects.lasting().filter(baseline=old).exists()

    new = rebase(won, weeks, anna, now, seen=old.pk)

    old.refresh_from_db()
    assert (new.replaces, old.ended_at, new.n) == (old, now, 22)
    assert new.lower > old.centre
    assert not Signal.objects.lasting().filter(baseline=old).exists()
    line = LogEntry.objects.get(kind="dashboards.baseline.rebased")
    assert (line.actor, line.kpi, line.details["first"]) == (anna.user, "deals-won", "2026-W26")
    assert story.line(line) == "“Deals won” got a new normal range: Proposals of one page"


def test_a_signal_that_stays_as_it_was_is_not_written_again(team, old, django_assert_num_queries):
    look_for_signals(team, LAST)

    with django_assert_num_queries(3):  # the ranges, their figures, their signals
        look_for_signals(team, LAST)

    assert Signal.objects.lasting().filter(baseline=old).exists()


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("is_different", "clearly changed"),
        ("is_known", "find the reason"),
        ("is_desirable", "would hide it"),
        ("is_lasting", "Then wait"),
    ],
)
def test_one_no_is_enough_to_keep_the_range(weeks, won, old, anna, now, question, sentence):
    with pytest.raises(BaselineError, match=sentence):
        rebase(won, weeks, anna, now, seen=old.pk, **{question: False})

    assert Baseline.objects.get().ended_at is None


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"reason": " "}, "why it changed"),
        ({"lasting": ""}, "why we expect it to last"),
        ({"first": 30}, "needs 20 figures; this stretch has 13"),
        ({"first": 0, "last": 42}, "begins later"),
        ({"first": 42, "last": 21}, "before it ends"),
    ],
)
def test_a_new_range_needs_words_and_later_figures(weeks, won, old, anna, now, other, sentence):
    with pytest.raises(BaselineError, match=sentence):
        rebase(won, weeks, anna, now, seen=old.pk, **other)

    assert Baseline.objects.get() == old


def test_a_first_range_is_signed_once_and_then_only_replaced(weeks, won, old, anna, bram, now):
    with pytest.raises(StaleBaseline, match="a moment ago"):
        Baseline.sign(won, weeks[0], weeks[21], by=bram, at=now, reason="Calm")
    with pytest.raises(StaleBaseline):
        rebase(won, weeks, bram, now, seen=0)


def test_a_week_without_a_figure_is_not_one_of_the_twenty(team, weeks, won, anna, now):
    known = Measurement.objects.filter(team=team, kpi=won.slug, start_on=weeks[7].first_day)
    assert known.update(value=None) == 1

    with pytest.raises(BaselineError, match="needs 20 figures; this stretch has 19"):
        Baseline.sign(won, weeks[0], weeks[19], by=anna, at=now, reason="Calm")
    assert Baseline.sign(won, weeks[0], weeks[20], by=anna, at=now, reason="Calm").n == 20


def test_without_a_range_there_is_nothing_to_replace(weeks, won, anna, now):
    with pytest.raises(BaselineError, match="sign the first one"):
        rebase(won, weeks, anna, now, seen=0)


def test_who_comes_second_replaces_nothing(weeks, won, old, anna, bram, now):
    new = rebase(won, weeks, anna, now, seen=old.pk)

    with pytest.raises(StaleBaseline):
        rebase(won, weeks, bram, now, seen=old.pk)

    assert Baseline.objects.current().get() == new


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_signs(weeks, won, old, anna, bram, now):
    told = racing.at_once(
        [lambda by=by: rebase(won, weeks, by, now, seen=old.pk) for by in (anna, bram)]
    )

    assert sorted(type(one).__name__ for one in told) == ["Baseline", "StaleBaseline"]


def test_the_database_keeps_a_range_as_it_was_signed(old):
    for change in ({"upper": 99}, {"reason": "Another"}, {"ended_at": None, "n": 40}):
        with pytest.raises(DatabaseError, match="as it was signed"), transaction.atomic():
            Baseline.objects.filter(pk=old.pk).update(**change)


def test_an_ended_range_stays_ended(weeks, won, old, anna, now):
    rebase(won, weeks, anna, now, seen=old.pk)

    with pytest.raises(DatabaseError, match="as it was signed"), transaction.atomic():
        Baseline.objects.filter(pk=old.pk).update(ended_at=None)


def test_a_range_replaces_one_of_its_own_team(old, other_team, now):
    stolen = Baseline(
        team=other_team, kpi="deals-won", period_kind="week", profile="manager",
        first_on=old.first_on, last_on=old.last_on, reason="x", lasting="y", signed_at=now,
        centre=4, lower=0, upper=9, mean_range=2, n=20, replaces=old,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS replaced_range_is_the_teams IMMEDIATE")

    with pytest.raises(IntegrityError, match="replaced_range_is_the_teams"), transaction.atomic():
        stolen.save()


# --- what may be chosen ----------------------------------------------------------------------


def test_what_may_be_chosen_lies_after_the_range_that_holds(team, weeks, won, old):
    known = measured(won, team, LAST.kind)

    assert known == weeks
    assert to_choose_from(known, None) == weeks
    assert to_choose_from(known, old) == weeks[1:]
    assert to_choose_from(known[:19], None) == []


def test_the_likely_stretch_begins_with_the_signal(team, weeks, won, old):
    assert usual_stretch(won, team, weeks[1:]) == (weeks[-26], LAST)

    look_for_signals(team, LAST)

    assert usual_stretch(won, team, weeks[1:]) == (weeks[21], LAST)


# --- the pages -------------------------------------------------------------------------------


def test_team_and_manager_read_the_ranges_and_only_the_team_who_signed(
    annas, mias, team, weeks, wins, won, old, anna, now
):
    rebase(won, weeks, anna, now, seen=old.pk)
    publish_period(team, LAST, at=now)

    hers, his = annas.get(page(team)), mias.get(page(team))

    assert hers.context["page"].picture == his.context["page"].picture
    assert [one.reason for one in his.context["page"].earlier] == ["A calm half year"]
    assert "Anna, for the team" in hers.content.decode()
    assert "Anna" not in his.content.decode()
    assert "by the team" in his.content.decode()
    assert page(team, "range-signing") in hers.content.decode()
    assert page(team, "range-signing") not in his.content.decode()


def test_before_the_first_report_the_manager_reads_no_range(mias, team, weeks, old):
    assert "No figures yet" in mias.get(page(team)).content.decode()


def test_without_a_range_the_page_says_so_and_leads_on(annas, team, weeks):
    body = annas.get(page(team)).content.decode()

    assert "No normal range yet" in body
    assert page(team, "range-signing") in body


def test_the_signing_page_shows_what_a_stretch_gives(annas, team, weeks, old):
    shown = annas.get(page(team, "range-signing"), {"first": "2026-W26", "last": "2026-W47"})

    proposal = shown.context["proposal"]
    assert proposal.stretch == "week 26 of 2026 to week 47 of 2026"
    assert proposal.says == "7.3 to 14.9, on average 11.1"
    assert proposal.evidence == (
        "Against the range that holds: “This lies above what the process normally gives.”"
    )
    assert "Do we know why?" in shown.content.decode()


def test_a_first_range_is_proposed_and_asks_for_one_reason(annas, team, weeks):
    shown = annas.get(page(team, "range-signing"), {"first": "2026-W05", "last": "2026-W25"})

    assert shown.context["proposal"].says == "0.4 to 7.8, on average 4.1"
    assert shown.context["proposal"].evidence == ""
    assert "Why is this stretch normal for us?" in shown.content.decode()


def test_a_stretch_that_ends_before_it_begins_is_none(annas, team, weeks, old):
    turned = sent(weeks, old, first=str(weeks[42]), last=str(weeks[21]))

    response = annas.post(page(team, "range-signing"), turned)

    assert response.context["form"].errors == {"last": ["A stretch begins before it ends."]}


def test_periods_are_named_with_their_year():
    assert [dated(Period.parse(text)) for text in ("2025-W03", "2025-03")] == [
        "week 3 of 2025",
        "March 2025",
    ]


def test_a_stretch_like_the_old_one_is_no_evidence(annas, team, weeks, old):
    shown = annas.get(page(team, "range-signing"), {"first": "2026-W06", "last": "2026-W25"})

    assert shown.context["proposal"].refusal == ""
    assert shown.context["proposal"].evidence.startswith("Nothing in this stretch is a signal")


def test_a_stretch_that_gives_nothing_says_why_and_asks_nothing(annas, team, weeks, old):
    shown = annas.get(page(team, "range-signing"), {"first": "2026-W40", "last": "2026-W47"})

    assert "needs 20 figures" in shown.context["proposal"].refusal
    assert "Do we know why?" not in shown.content.decode()


def test_with_few_figures_there_is_nothing_to_sign_yet(annas, team):
    body = annas.get(page(team, "range-signing")).content.decode()

    assert "there are 0 so far" in body
    assert "<form" not in body.partition("<main")[2].partition("</main")[0]


def test_anna_signs_a_first_range(annas, team, weeks, anna):
    words = {"first": str(weeks[0]), "last": str(weeks[20]), "seen": 0, "reason": "Calm"}

    response = annas.post(page(team, "range-signing"), words)

    assert response.url == f"{page(team)}?by=week"
    assert (Baseline.objects.get().n, Baseline.objects.get().reason) == (21, "Calm")


def test_anna_answers_four_questions_and_the_old_range_becomes_a_ghost(
    annas, mias, team, weeks, wins, old, now
):
    assert annas.post(page(team, "range-signing"), sent(weeks, old)).status_code == 302

    publish_period(team, LAST, at=now)
    for reader in (annas, mias):
        for address in (reverse("dashboards:reading", args=[team.slug]), page(team, "figure")):
            body = reader.get(address).content.decode()
            assert 'class="band ghost"' in body
            assert "Until week 25 normal was 0.4 to 7.8. Then: “Proposals of one page”" in body
            assert "Proposals of one page" in body


def test_a_report_of_before_knows_no_ghost(annas, team, weeks, wins, old, won, anna, now):
    report = publish_period(team, LAST, at=now)
    rebase(won, weeks, anna, now, seen=old.pk)

    body = annas.get(reverse("dashboards:report", args=[team.slug, str(LAST)])).content.decode()

    assert "Until week 25" not in body
    assert all("before" not in entry for entry in report.payload["kpis"])


@pytest.mark.parametrize("question", list(QUESTIONS))
def test_a_no_is_refused_beside_its_question_and_keeps_the_words(annas, team, weeks, old, question):
    response = annas.post(page(team, "range-signing"), sent(weeks, old, **{question: "no"}))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [question]
    assert "Proposals of one page" in response.content.decode()
    assert Baseline.objects.get() == old


def test_whoever_says_no_has_nothing_to_add(annas, team, weeks, old):
    unsaid = sent(weeks, old, is_known="no", reason="", is_lasting="no", lasting="")

    response = annas.post(page(team, "range-signing"), unsaid)

    assert set(response.context["form"].errors) == {"is_known", "is_lasting"}


@pytest.mark.parametrize("words", ["reason", "lasting"])
def test_a_yes_takes_words(annas, team, weeks, old, words):
    response = annas.post(page(team, "range-signing"), sent(weeks, old, **{words: ""}))

    assert response.context["form"].errors == {words: ["This field is required."]}


def test_figures_that_bear_no_range_are_refused_with_the_reason(annas, team, weeks, old):
    response = annas.post(page(team, "range-signing"), sent(weeks, old, first=str(weeks[40])))

    assert response.status_code == 422
    assert "needs 20 figures" in response.content.decode()


def test_who_comes_second_sees_both_ranges(annas, team, weeks, won, old, bram, now):
    theirs = rebase(won, weeks, bram, now, seen=old.pk, reason="Another reason")

    response = annas.post(page(team, "range-signing"), sent(weeks, old))

    body = response.content.decode()
    assert response.status_code == 409
    assert "Someone signed a normal range a moment ago." in body
    assert "Bram, for the team" in body
    assert Baseline.objects.current().get() == theirs


def test_two_first_ranges_meet(annas, team, weeks, won, bram, now):
    Baseline.sign(won, weeks[0], weeks[20], by=bram, at=now, reason="Bram was faster")
    words = {"first": str(weeks[21]), "last": str(weeks[42]), "seen": 0, "reason": "Mine"}

    response = annas.post(page(team, "range-signing"), words)

    body = response.content.decode()
    assert response.status_code == 409
    assert "Bram was faster" in body
    assert "Mine" in body
    assert "Do we know why?" in body


def test_a_month_has_a_range_of_its_own(annas, team, weeks, old):
    body = annas.get(page(team), {"by": "month"}).content.decode()

    assert "No normal range yet" in body


def test_the_page_costs_the_same_with_one_range_and_with_two(
    annas, team, weeks, won, old, anna, now, django_assert_max_num_queries
):
    for _ in range(2):
        with django_assert_max_num_queries(18):
            annas.get(page(team))
        if old.ended_at is None:
            rebase(won, weeks, anna, now, seen=old.pk)
            old.refresh_from_db()


# --- programs --------------------------------------------------------------------------------


def api(team):
    return reverse("dashboards-api:ranges", args=[team.slug, "deals-won"])


def draft(weeks, old, **other):
    stretch = {"first": str(weeks[21]), "last": str(weeks[42])}
    seen = {"seen": old.pk if old else 0}
    return {**stretch, **seen, **dict.fromkeys(QUESTIONS, True), **WORDS, **other}


def test_a_program_signs_and_reads_ranges(annas, mias, team, weeks, old):
    made = annas.post(api(team), draft(weeks, old), content_type="application/json")

    assert made.status_code == 201
    assert (made.json()["replaces"], made.json()["signed_by"]) == (old.pk, "Anna")
    hers, his = annas.get(api(team)).json(), mias.get(api(team)).json()
    assert [one["first"] for one in his] == ["2026-W26", "2026-W05"]
    assert "signed_by" in hers[0]
    assert "signed_by" not in his[0]
    assert annas.get(api(team), {"by": "month"}).json() == []


def test_a_program_hears_what_the_page_says(annas, mias, team, weeks, old):
    refused = annas.post(
        api(team), draft(weeks, old, is_desirable=False), content_type="application/json"
    )
    assert (refused.status_code, "would hide it" in refused.json()["detail"]) == (409, True)
    stale = annas.post(api(team), draft(weeks, None), content_type="application/json")
    assert stale.json()["theirs"]["id"] == old.pk
    odd = annas.post(api(team), draft(weeks, old, first="soon"), content_type="application/json")
    assert list(odd.json()) == ["first"]
    assert (
        mias.post(api(team), draft(weeks, old), content_type="application/json").status_code == 403
    )
    unknown = reverse("dashboards-api:ranges", args=[team.slug, "smiles"])
    assert annas.get(unknown).status_code == 404


def test_a_program_signs_a_first_range(annas, team, weeks):
    words = {"first": str(weeks[0]), "last": str(weeks[20]), "seen": 0, "reason": "Calm"}

    assert annas.post(api(team), words, content_type="application/json").status_code == 201
