"""Looking back: a month's report is out, one leads, all write, and three agreements follow."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction

from agreements.models import Agreement, AgreementError
from agreements.models import State as Agreed
from dashboards.models import Report
from dashboards.periods import Period
from reviews.models import (
    Evaluation,
    EvaluationError,
    FollowUp,
    Question,
    Reflection,
    Said,
    Stage,
    StaleEvaluation,
)
from teams import duties, story
from teams.models import LogEntry
from tests import builders, looking_back, racing

OCTOBER = looking_back.MONTH


def lines():
    found = LogEntry.objects.filter(kind__startswith="reviews.evaluation").order_by("pk")
    return [story.line(line) for line in found]


def duties_of(member, day):
    found = duties.of(member.user, member.team, day=day)
    return [(one.about, one.due_on, one.is_late) for one in found if one.what.startswith("Look")]


class TestAsked:
    def test_the_report_of_a_month_asks_for_it_and_that_of_a_week_does_not(self, team, now):
        Report.publish(team, OCTOBER, {"kpis": []}, at=now)
        Report.publish(team, Period.parse("2026-W46"), {"kpis": []}, at=now)

        [asked] = Evaluation.objects.all()

        assert (asked.team, asked.month, asked.stage) == (team, OCTOBER, Stage.ASKED)
        # Ten working days after Monday 23 November.
        assert asked.due_on == date(2026, 12, 7)

    def test_asked_twice_it_is_one(self, team, now):
        first = looking_back.asked(team, at=now)

        assert looking_back.asked(team, at=now + timedelta(days=3)) == first
        assert Evaluation.objects.get().due_on == first.due_on

    def test_waits_for_all_of_the_team_until_it_is_concluded(self, team, anna, bram, now):
        asked = looking_back.asked(team, at=now)
        for day, is_late in ((asked.due_on, False), (asked.due_on + timedelta(days=1), True)):
            for member in (anna, bram):
                assert duties_of(member, day) == [("October 2026", asked.due_on, is_late)]

        asked.begin(by=anna, at=now)
        assert duties_of(bram, asked.due_on)
        looking_back.written(asked, anna)
        asked.conclude([], by=anna, at=now)

        assert duties_of(anna, asked.due_on) == duties_of(bram, asked.due_on) == []

    def test_an_older_month_is_asked_for_no_longer(self, team, anna, now):
        looking_back.asked(team, at=now)
        looking_back.concluded(by=anna, at=now, month=OCTOBER.next)

        assert duties_of(anna, now.date()) == []


class TestBegun:
    def test_whoever_begins_leads(self, team, anna, now):
        begun = looking_back.begun(by=anna, at=now)

        begun.refresh_from_db()
        assert (begun.stage, begun.led_by, begun.begun_at) == (Stage.OPEN, anna.user, now)
        assert begun.reflections.count() == len(Question)
        assert lines() == ["The team began to look back at October 2026."]

    @pytest.mark.django_db(transaction=True)
    def test_two_who_begin_at_once(self, team, anna, bram, now):
        def scene():
            Reflection.objects.all().delete()
            Evaluation.objects.all().delete()
            looking_back.asked(team, at=now)
            return tuple(
                lambda by=by: Evaluation.objects.get().begin(by=by, at=now) for by in (anna, bram)
            )

        for told in racing.meetings(scene):
            assert sorted(type(one).__name__ for one in told) == ["NoneType", "StaleEvaluation"]
            assert Reflection.objects.count() == len(Question)

    def test_nobody_of_another_team_begins_it(self, team, carla, now):
        with pytest.raises(EvaluationError, match="Only the team looks back"):
            looking_back.asked(team, at=now).begin(by=carla, at=now)

    def test_somebody_else_takes_the_lead(self, anna, bram, now):
        begun = looking_back.begun(by=anna, at=now)

        begun.lead(by=bram, at=now)

        assert Evaluation.objects.get().led_by == bram.user
        with pytest.raises(StaleEvaluation, match="You lead this already"):
            begun.lead(by=bram, at=now)
        assert lines()[-1] == "Somebody else leads looking back at October 2026 now."

    def test_what_is_not_begun_is_not_led(self, team, anna, now):
        with pytest.raises(StaleEvaluation, match="not looking back at this month"):
            looking_back.asked(team, at=now).lead(by=anna, at=now)


class TestWritten:
    @pytest.fixture
    def begun(self, anna, now):
        return looking_back.begun(by=anna, at=now)

    def test_anybody_of_the_team_writes(self, begun, bram):
        changed = begun.write({Question.WANTED: Said("Ten  deals \r\n\r\n", 0)}, by=bram)

        answer = begun.reflections.get(question=Question.WANTED)
        assert (changed, answer.text, answer.version) == (1, "Ten  deals", 1)
        # Nobody is told who typed it, and nothing in the logbook says so.
        assert len(lines()) == 1

    def test_what_stands_there_already_is_no_change(self, begun, anna):
        begun.write({Question.WANTED: Said("Ten deals", 0)}, by=anna)

        assert begun.write({Question.WANTED: Said("Ten deals", 0)}, by=anna) == 0

    def test_nobody_overwrites_what_they_never_saw_and_then_nothing_is_kept(
        self, begun, anna, bram
    ):
        begun.write({Question.WANTED: Said("Ten deals", 0)}, by=anna)
        said = {Question.WANTED: Said("Nine", 0), Question.LEARNED: Said("Much", 0)}

        with pytest.raises(StaleEvaluation, match="a moment ago"):
            begun.write(said, by=bram)

        texts = dict(begun.reflections.values_list("question", "text"))
        assert (texts[Question.WANTED], texts[Question.LEARNED]) == ("Ten deals", "")

    def test_two_who_write_at_once(self, transactional_db, anna, bram, now):
        def scene():
            Evaluation.objects.filter(stage=Stage.OPEN).update(
                stage=Stage.ASKED, led_by=None, begun_at=None
            )
            Reflection.objects.all().delete()
            begun = looking_back.begun(by=anna, at=now)
            return tuple(
                lambda text=text, by=by: Evaluation.objects.get(pk=begun.pk).write(
                    {Question.WANTED: Said(text, 0)}, by=by
                )
                for text, by in (("Ten", anna), ("Nine", bram))
            )

        for told in racing.meetings(scene):
            assert sorted(type(one).__name__ for one in told) == ["StaleEvaluation", "int"]

    def test_too_much_is_refused(self, begun, anna):
        with pytest.raises(EvaluationError, match="two thousand"):
            begun.write({Question.WANTED: Said("x" * 2001, 0)}, by=anna)

    def test_nobody_of_another_team_writes(self, begun, carla):
        with pytest.raises(EvaluationError, match="Only the team"):
            begun.write({Question.WANTED: Said("Ha", 0)}, by=carla)


class TestFollowUps:
    @pytest.fixture
    def begun(self, anna, bram, now):
        return looking_back.begun(by=anna, at=now)

    def follow(self, begun, by, now):
        return begun.agree(looking_back.terms(on=now.date()), by=by, at=now)

    def test_it_is_proposed_to_all_of_the_team(self, begun, bram, now):
        agreement = self.follow(begun, bram, now)

        assert (agreement.kind, agreement.state) == ("team", Agreed.PROPOSED)
        assert begun.follow_ups.get().agreement == agreement

    def test_three_are_enough(self, begun, anna, now):
        for _each in range(3):
            self.follow(begun, anna, now)

        with pytest.raises(EvaluationError, match="Three agreements are enough"):
            self.follow(begun, anna, now)
        assert Agreement.objects.count() == 3

    def test_the_database_takes_no_fourth(self, begun, anna, now):
        agreement = self.follow(begun, anna, now)

        with pytest.raises(IntegrityError), transaction.atomic():
            FollowUp.objects.filter(agreement=agreement).update(number=4)

    def test_what_says_too_little_is_no_agreement(self, begun, anna, now):
        with pytest.raises(AgreementError):
            begun.agree(looking_back.terms(" ", on=now.date()), by=anna, at=now)
        assert not FollowUp.objects.exists()

    def test_two_who_propose_the_third_at_once(self, transactional_db, anna, bram, now):
        looking_back.begun(by=anna, at=now)

        def propose(by):
            return Evaluation.objects.get().agree(looking_back.terms(on=now.date()), by=by, at=now)

        propose(anna), propose(bram)
        told = racing.at_once([lambda: propose(anna), lambda: propose(bram)])

        assert sorted(type(one).__name__ for one in told) == ["Agreement", "EvaluationError"]


class TestConcluded:
    def test_the_leader_ends_it_and_publishes_some_answers(self, anna, now):
        concluded = looking_back.concluded(by=anna, at=now)

        concluded.refresh_from_db()
        assert (concluded.stage, concluded.concluded_at) == (Stage.CONCLUDED, now)
        [shown] = concluded.reflections.published()
        assert shown.question == Question.WANTED
        assert lines()[-1] == "The team looked back at October 2026."

    def test_nobody_else_ends_it(self, anna, bram, now):
        begun = looking_back.begun(by=anna, at=now)
        looking_back.written(begun, anna)

        with pytest.raises(EvaluationError, match="Whoever leads it"):
            begun.conclude([], by=bram, at=now)

    def test_every_question_wants_an_answer(self, anna, now):
        begun = looking_back.begun(by=anna, at=now)
        begun.write({Question.WANTED: Said("Ten deals", 0)}, by=anna)

        with pytest.raises(EvaluationError, match="all six"):
            begun.conclude([], by=anna, at=now)

    def test_then_nothing_is_added(self, anna, bram, now):
        concluded = looking_back.concluded(by=anna, at=now)

        for late in (
            lambda: concluded.write({Question.WANTED: Said("Other", 1)}, by=anna),
            lambda: concluded.agree(looking_back.terms(on=now.date()), by=anna, at=now),
            lambda: concluded.lead(by=bram, at=now),
            lambda: concluded.conclude([], by=anna, at=now),
        ):
            with pytest.raises(StaleEvaluation, match="not looking back at this month"):
                late()
        with pytest.raises(StaleEvaluation, match="begun this"):
            concluded.begin(by=bram, at=now)

    def test_the_database_changes_no_word_of_it(self, anna, now):
        concluded = looking_back.concluded(by=anna, at=now)

        with pytest.raises(InternalError, match="changed no more"), transaction.atomic():
            concluded.reflections.update(text="Otherwise")
        with pytest.raises(InternalError, match="changed no more"), transaction.atomic():
            concluded.reflections.all().delete()

    def test_the_database_knows_its_stages(self, team, anna, now):
        asked = looking_back.asked(team, at=now)

        for wrong in ({"stage": Stage.OPEN}, {"led_by": anna.user}, {"concluded_at": now}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Evaluation.objects.filter(pk=asked.pk).update(**wrong)

    def test_an_answer_belongs_to_the_team_of_its_evaluation(self, anna, carla, now):
        begun = looking_back.begun(by=anna, at=now)

        with pytest.raises(IntegrityError), transaction.atomic():
            begun.reflections.update(team=carla.team)


def test_each_knows_its_name(anna, bram, now):
    begun = looking_back.begun(by=anna, at=now)
    begun.agree(looking_back.terms(on=now.date()), by=anna, at=now)

    assert str(begun) == f"evaluation of 2026-10 by team {anna.team_id}"
    assert str(begun.follow_ups.get()) == f"follow-up 1 of evaluation {begun.pk}"
    assert str(begun.reflections.first()).endswith(f"of evaluation {begun.pk}")


def test_a_team_alone_proposes_nothing_to_itself(anna, now):
    begun = looking_back.begun(by=anna, at=now)

    with pytest.raises(AgreementError, match="two people"):
        begun.agree(looking_back.terms(on=now.date()), by=anna, at=now)
    assert builders.member("Bram", anna.team, at=now)
    assert begun.agree(looking_back.terms(on=now.date()), by=anna, at=now)
