"""A team's rules: what sets them off, what they do, and that each does its work once."""

from datetime import datetime, time, timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError

from crm import rules
from crm.filters import Filter
from crm.models import (
    Activity,
    Deal,
    Rule,
    RuleError,
    RuleRun,
    Source,
    StaleRule,
    Tag,
    take_back,
)
from crm.models.rule import AGE, WATCH, WORK
from crm.refusals import FieldError, FilterError
from crm.rules import LastingVocabulary
from teams import jobs, story
from teams.models import Job, LogEntry, OutgoingMail
from tests import builders
from tests.racing import at_once

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
CALL = {"name": "Call them", "trigger": "created", "activity_title": "Call the customer"}


def rule_of(by, at, **wanted):
    return builders.rule(by=by, at=at, **{**CALL, **wanted})


def work_all(at):
    """Do all jobs of rules that are due, as a worker does."""
    while job := Job.objects.filter(kind__in=(WORK, WATCH, AGE)).ready().first():
        claimed = Job.objects.claim(job.pk)
        assert claimed is not None
        claimed.run(at=at)
        assert Job.objects.get(pk=job.pk).state == "done", Job.objects.get(pk=job.pk).error


class TestWritingOneDown:
    def test_it_is_at_work_and_told(self, anna, now):
        rule = rule_of(anna, now)

        assert rule.on_since == now
        line = LogEntry.objects.about(rule).get()
        assert (line.kind, story.line(line)) == ("crm.rule.added", "The rule “Call them” is new.")

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"name": " "}, "Give this rule a name"),
            ({"activity_title": "\u200b"}, "what is to be done"),
            ({"trigger": "aged"}, "how many days"),
            ({"trigger": "overdue"}, "how many days"),
        ],
    )
    def test_half_a_rule_is_refused(self, anna, now, wrong, sentence):
        with pytest.raises(RuleError, match=sentence):
            rule_of(anna, now, **wrong)
        assert not Rule.objects.exists()

    def test_a_name_that_is_taken_is_refused(self, anna, carla, now):
        rule_of(anna, now)
        other = rule_of(anna, now, name="Other")

        with pytest.raises(RuleError, match="already"):
            rule_of(anna, now, name="CALL them")
        with pytest.raises(RuleError, match="already"):
            other.change({"name": "call them"}, version=1, by=anna, at=now)
        assert rule_of(carla, now)

    def test_what_is_of_another_team_is_refused(self, anna, carla, now):
        theirs = builders.pipeline(carla.team, at=now).first_stage()
        tag = builders.chosen(Tag, carla.team, "Large")

        with pytest.raises(RuleError, match="stage"):
            rule_of(anna, now, trigger="moved", stage=theirs)
        with pytest.raises(RuleError, match="tag"):
            rule_of(anna, now, tag=tag)

    def test_the_database_keeps_the_promises(self, anna, carla, now):
        rule = rule_of(anna, now)
        theirs = builders.chosen(Tag, carla.team, "Large")

        with pytest.raises(IntegrityError, match="tag_of_a_rule_is_the_teams"):
            Rule.objects.filter(pk=rule.pk).update(tag=theirs)

    def test_there_are_not_too_many(self, anna, now, monkeypatch):
        monkeypatch.setattr("crm.models.rule.MOST_RULES", 1)
        rule_of(anna, now)

        with pytest.raises(RuleError, match="many rules"):
            rule_of(anna, now, name="Another")

    def test_what_says_nothing_here_is_left_out(self, anna, stages, now):
        new = rule_of(anna, now, stage=stages[0], days=3)
        moved = rule_of(anna, now, name="Moved", trigger="moved", stage=stages[0], days=3)

        assert (new.stage, new.days) == (None, None)
        assert (moved.stage, moved.days) == (stages[0], None)


class TestChangingOne:
    def test_it_starts_afresh_and_is_told(self, anna, now):
        rule = rule_of(anna, now)

        line = rule.change({"activity_title": "Mail them"}, version=1, by=anna, at=now + DAY)

        assert (rule.activity_title, rule.on_since, rule.version) == ("Mail them", now + DAY, 2)
        assert story.line(line) == "The rule “Call them” was changed."
        assert rule.change({"activity_title": "Mail them"}, version=2, by=anna, at=now) is None

    def test_who_comes_second_is_told(self, anna, bram, now):
        rule = rule_of(anna, now)
        stale = Rule.objects.get()
        rule.change({"name": "Ring"}, version=1, by=anna, at=now)

        with pytest.raises(StaleRule):
            stale.change({"name": "Phone"}, version=1, by=bram, at=now)
        assert Rule.objects.get().name == "Ring"

    def test_off_and_on_again(self, anna, now):
        rule = rule_of(anna, now)

        off = rule.switch_off(by=anna, at=now)
        with pytest.raises(StaleRule):
            rule.switch_off(by=anna, at=now)
        rule.change({"name": "Ring"}, version=2, by=anna, at=now)
        assert rule.on_since is None

        on = rule.switch_on(by=anna, at=now + DAY)
        with pytest.raises(StaleRule):
            rule.switch_on(by=anna, at=now)
        assert rule.on_since == now + DAY
        assert [story.line(line) for line in (off, on)] == [
            "The rule “Call them” is switched off.",
            "The rule “Ring” is switched on.",
        ]


class TestWhatSetsItOff:
    def test_a_new_deal(self, pipeline, anna, now):
        rule_of(anna, now, activity_in_days=2)

        deal = builders.deal(pipeline, by=anna, at=now, owner=anna.user)
        work_all(now + MINUTE)

        planned = deal.activities.get()
        assert (planned.title, planned.assignee, planned.by) == (
            CALL["activity_title"],
            anna.user,
            None,
        )
        assert planned.due_on == (now + 2 * DAY).date()
        assert Deal.objects.get().next_step == CALL["activity_title"]

    def test_a_move_into_the_stage_and_no_other(self, deal, stages, anna, now):
        rule_of(anna, now, trigger="moved", stage=stages[2])

        deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now + MINUTE)
        work_all(now + MINUTE)
        assert not Activity.objects.exists()

        deal.move_to(stages[2], seen_in=stages[1], by=anna, at=now + 2 * MINUTE)
        work_all(now + 2 * MINUTE)
        assert deal.activities.get()

    def test_standing_for_so_many_days(self, pipeline, stages, anna, now):
        began = now - 10 * DAY
        rule_of(anna, began, trigger="aged", days=5, stage=stages[1])
        deal = builders.deal(pipeline, by=anna, at=began)
        deal.move_to(stages[1], seen_in=stages[0], by=anna, at=began + MINUTE)

        for later, count in ((4 * DAY, 0), (6 * DAY, 1), (7 * DAY, 1)):
            jobs.plan_all(began + later)
            work_all(began + later)
            assert deal.activities.count() == count

    def test_what_stood_long_enough_before_is_left_alone(self, deal, anna, now):
        rule = rule_of(anna, now + 9 * DAY, trigger="aged", days=5)

        rules.work_by_the_clock(rule, at=now + 10 * DAY)

        assert not RuleRun.objects.exists()

    def test_what_an_import_brought_is_left_alone(self, deal, anna, now):
        rule = rule_of(anna, now, trigger="aged", days=5)
        deal.visits.update(estimated=True)

        rules.work_by_the_clock(rule, at=now + 6 * DAY)

        assert not RuleRun.objects.exists()

    def test_a_deal_that_has_left_is_left_alone(self, deal, stages, anna, now):
        rule = rule_of(anna, now, trigger="aged", days=5, stage=stages[0])
        deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now + 6 * DAY)

        rules.work_by_the_clock(rule, at=now + 7 * DAY)

        assert not RuleRun.objects.exists()

    def test_only_where_the_conditions_are_met(self, pipeline, anna, now):
        rule_of(anna, now, conditions=[[["amount", "at-least", "1000"]]])

        builders.deal(pipeline, by=anna, at=now, amount=999)
        large = builders.deal(pipeline, by=anna, at=now, amount=1000)
        work_all(now + MINUTE)

        assert [run.deal for run in RuleRun.objects.all()] == [large]

    def test_a_condition_that_has_lost_its_meaning_stops_it(self, pipeline, anna, now):
        rule = rule_of(anna, now, conditions=[[["tag", "is", "999999"]]])

        builders.deal(pipeline, by=anna, at=now)
        work_all(now + MINUTE)

        assert not RuleRun.objects.exists()
        assert rules.conditions_of(rule, rules.LastingVocabulary(anna.team, now))[1] == [
            "What was chosen here is no longer there."
        ]

    def test_switched_off_it_rests(self, pipeline, anna, now):
        rule_of(anna, now).switch_off(by=anna, at=now)

        builders.deal(pipeline, by=anna, at=now)

        assert not Job.objects.filter(kind=WORK).exists()

    def test_switched_off_between_the_deed_and_the_work(self, pipeline, anna, now):
        rule = rule_of(anna, now)
        builders.deal(pipeline, by=anna, at=now)
        rule.switch_off(by=anna, at=now)

        work_all(now + MINUTE)

        assert not RuleRun.objects.exists()

    def test_what_no_person_did_sets_off_nothing(self, deal, anna, now):
        rule_of(anna, now, trigger="moved")
        Job.objects.all().delete()

        LogEntry.record("crm.deal.moved", deal, by=None, at=now, team=anna.team)

        assert not Job.objects.filter(kind=WORK).exists()

    def test_a_deal_of_another_team_sets_off_nothing(self, anna, carla, now):
        rule_of(anna, now)

        builders.deal(builders.pipeline(carla.team, at=now), by=carla, at=now)

        assert not Job.objects.filter(kind=WORK).exists()

    def test_a_deal_in_the_recycle_bin_is_left_alone(self, pipeline, anna, now):
        rule = rule_of(anna, now)
        deal = builders.deal(pipeline, by=anna, at=now)
        visit = deal.visits.get()
        deal.discard(by=anna, at=now)

        work_all(now + MINUTE)

        assert not rules.apply(rule, visit, at=now)
        assert not RuleRun.objects.exists()


class TestAStepThatIsLate:
    @pytest.fixture
    def rule(self, anna, now):
        return rule_of(anna, now, trigger="overdue", days=2)

    @pytest.fixture
    def late(self, deal, anna, now):
        """A deal whose step was due on the day of `now`."""
        deal.plan_step("Call", now.date(), by=anna, at=now)
        return deal

    def test_from_the_first_hour_of_the_day_on_the_clock_of_the_team(self, late, rule, now):
        midnight = datetime.combine(now.date() + 2 * DAY, time.min, late.team.zone)

        for moment, count in ((midnight - MINUTE, 0), (midnight, 1), (midnight + DAY, 1)):
            rules.work_by_the_clock(rule, at=moment)
            assert late.activities.count() == count

        assert RuleRun.objects.get().due_on == now.date()
        late.refresh_from_db()
        assert (late.next_step, late.next_step_on) == ("Call", now.date())

    def test_the_clock_finds_it(self, deal, anna, now):
        began = now - 10 * DAY
        rule_of(anna, began, trigger="overdue", days=2)
        deal.plan_step("Call", began.date(), by=anna, at=began)

        jobs.plan_all(began + 3 * DAY)
        work_all(began + 3 * DAY)

        assert deal.activities.get()

    def test_a_step_that_is_planned_anew_may_be_late_once_more(self, late, rule, anna, now):
        rules.work_by_the_clock(rule, at=now + 2 * DAY)
        late.plan_step("Mail", (now + 3 * DAY).date(), by=anna, at=now + 2 * DAY)

        for later, count in ((4 * DAY, 1), (5 * DAY, 2), (6 * DAY, 2)):
            rules.work_by_the_clock(rule, at=now + later)
            assert RuleRun.objects.count() == count

    def test_in_another_stage_it_is_late_there_too(self, late, rule, stages, anna, now):
        rules.work_by_the_clock(rule, at=now + 2 * DAY)
        late.move_to(stages[1], seen_in=stages[0], by=anna, at=now + 3 * DAY)
        rules.work_by_the_clock(rule, at=now + 4 * DAY)

        assert sorted(RuleRun.objects.values_list("visit", flat=True)) == [1, 2]

    def test_only_in_its_stage(self, late, stages, anna, now):
        rule = rule_of(anna, now, trigger="overdue", days=1, stage=stages[1])

        rules.work_by_the_clock(rule, at=now + 2 * DAY)

        assert not RuleRun.objects.exists()

    def test_what_was_late_before_is_left_alone(self, late, anna, now):
        rule = rule_of(anna, now + 2 * DAY, trigger="overdue", days=2)

        rules.work_by_the_clock(rule, at=now + 3 * DAY)

        assert not RuleRun.objects.exists()

    def test_what_an_import_brought_counts_for_somebody_planned_it(self, late, rule, now):
        late.visits.update(estimated=True)

        rules.work_by_the_clock(rule, at=now + 2 * DAY)

        assert RuleRun.objects.exists()

    def test_a_closed_deal_is_left_alone(self, late, rule, anna, now):
        builders.won(late, by=anna, at=now)
        Deal.objects.update(next_step="Call", next_step_on=now.date())

        rules.work_by_the_clock(rule, at=now + 3 * DAY)

        assert not RuleRun.objects.exists()

    @pytest.mark.parametrize("meanwhile", ["put off", "closed"])
    def test_what_was_done_while_the_worker_waited(self, late, rule, anna, now, meanwhile):
        seen = late.visits.select_related("deal").get()
        if meanwhile == "closed":
            Deal.objects.update(outcome="won", closed_at=now)
        else:
            late.plan_step("Call", (now + 9 * DAY).date(), by=anna, at=now)

        assert not rules.apply(rule, seen, at=now + 3 * DAY)
        assert not RuleRun.objects.exists()

    def test_its_run_is_kept_once_for_each_day(self, late, rule, now):
        again = {"team": late.team, "deal": late, "visit": 1, "at": now}
        rule.runs.create(**again)

        with pytest.raises(IntegrityError, match="once_for_each_stay_and_late_day"):
            rule.runs.create(**again)

    def test_the_dry_run_counts_the_steps_that_are_late_now(self, late, rule, pipeline, anna, now):
        for days in (0, 20, 33):
            other = builders.deal(pipeline, by=anna, at=now)
            other.plan_step("Call", (now - days * DAY).date(), by=anna, at=now)

        tried = rules.Rehearsal.of(rule, now + 2 * DAY)

        # Two on the day of `now`, one of twenty days before; the last was late too long ago.
        assert (tried.count, tried.is_of_steps) == (3, True)
        deal, at = tried.shown[-1]
        assert deal.next_step_on == (now - 20 * DAY).date()
        assert at == datetime.combine((now - 18 * DAY).date(), time.min, late.team.zone)


class TestWhatItDoes:
    def test_it_is_told_on_the_deal_and_by_nobody(self, pipeline, anna, now):
        rule_of(anna, now)
        deal = builders.deal(pipeline, by=anna, at=now)

        work_all(now + MINUTE)

        line = LogEntry.objects.about(deal).get(kind="crm.rule.worked")
        assert line.actor is None
        assert story.line(line) == f"The rule “Call them” did its work for {deal.naming()['deal']}."

    def test_the_mail_goes_to_whoever_looks_after_the_deal(self, pipeline, anna, bram, now):
        rule = rule_of(anna, now, activity_title="", mails=True)
        deal = builders.deal(pipeline, by=anna, at=now, owner=bram.user, title="Secret scanners")

        work_all(now + MINUTE)

        mail = OutgoingMail.objects.get()
        assert mail.recipient == bram.user.email
        assert f"/deals/{deal.number}/" in mail.text
        assert f"/rules/{rule.pk}/" in mail.text
        assert "Secret" not in mail.text + mail.subject

    def test_the_mail_goes_to_all_where_nobody_of_the_team_does(self, pipeline, anna, bram, now):
        rule_of(anna, now, mails=True)
        deal = builders.deal(pipeline, by=anna, at=now, owner=bram.user)
        bram.leave(by=anna.user, at=now)

        work_all(now + MINUTE)

        assert OutgoingMail.objects.get().recipient == anna.user.email
        assert deal.activities.get().assignee is None

    def test_the_deal_gets_a_tag_once(self, pipeline, anna, now):
        tag = builders.chosen(Tag, anna.team, "New")
        rule_of(anna, now, activity_title="", tag=tag)
        deal = builders.deal(pipeline, by=anna, at=now)

        work_all(now + MINUTE)

        assert list(deal.tags.all()) == [tag]
        line = LogEntry.objects.about(deal).get(kind="crm.deal.edited")
        assert (line.actor, line.details["new"]) == (None, {"tags": [tag.pk]})
        assert deal.add_tag(tag, by=None, at=now) is None

    def test_a_deal_with_all_its_tags_goes_without(self, deal, anna, now, monkeypatch):
        monkeypatch.setattr("crm.models.tagging.MOST_TAGS", 0)
        rule = rule_of(anna, now, tag=builders.chosen(Tag, anna.team, "New"))

        assert rules.apply(rule, deal.visits.get(), at=now)

        assert not deal.tags.exists()
        assert deal.activities.get()


class TestFillingIn:
    @pytest.fixture
    def fair(self, anna):
        return builders.chosen(Source, anna.team, "Trade fair")

    def test_the_deal_gets_its_source_and_own_fields_by_nobody(self, deal, fair, anna, now):
        builders.field("Floors", "number", by=anna, at=now)
        builders.field("Lift", "yes_no", by=anna, at=now)
        Deal.objects.update(custom={"floors": "2"})
        rule = rule_of(anna, now, source=fair, custom={"floors": "3", "lift": True})

        assert rules.apply(rule, deal.visits.get(), at=now)

        deal.refresh_from_db()
        assert (deal.source, deal.custom) == (fair, {"floors": "3", "lift": True})
        assert deal.activities.get()
        line = LogEntry.objects.about(deal).get(kind="crm.deal.edited")
        assert line.actor is None
        assert line.details["old"] == {"source_id": None, "custom": {"floors": "2", "lift": None}}
        assert line.details["new"]["source_id"] == fair.pk

    def test_it_is_undone_from_the_history(self, deal, fair, anna, now):
        builders.field("Floors", "number", by=anna, at=now)
        rule = rule_of(anna, now, activity_title="", source=fair, custom={"floors": "3"})
        rules.apply(rule, deal.visits.get(), at=now)

        take_back(LogEntry.objects.get(kind="crm.deal.edited"), by=anna, at=now + MINUTE)

        deal.refresh_from_db()
        assert (deal.source, deal.custom) == (None, {})

    def test_what_stands_there_already_is_no_change(self, deal, fair, anna, now):
        builders.field("Floors", "number", by=anna, at=now)
        Deal.objects.update(source=fair, custom={"floors": "3"})
        rule = rule_of(anna, now, activity_title="", source=fair, custom={"floors": "3"})

        assert rules.apply(rule, deal.visits.get(), at=now)

        assert not LogEntry.objects.filter(kind="crm.deal.edited").exists()

    def test_what_fits_no_more_is_left_out_and_said(self, deal, anna, now):
        floors = builders.field("Floors", "number", by=anna, at=now)
        size = builders.field("Size", "choice", by=anna, at=now, options=["Small", "Large"])
        builders.field("Lift", "yes_no", by=anna, at=now)
        given = {"floors": "3", "size": "Large", "lift": True}
        rule = rule_of(anna, now, activity_title="", custom=given)
        floors.archive(by=anna, at=now)
        size.edit("Size", ["Small"], version=1, by=anna, at=now)

        assert rules.apply(rule, deal.visits.get(), at=now)

        deal.refresh_from_db()
        assert deal.custom == {"lift": True}
        assert rules.values_of(rule, anna.team.fields.living())[1] == [
            "A field that this rule fills in was archived.",
            "Size: Choose from the list.",
        ]
        # What it gave already stays; another value must fit.
        assert rule.change({"name": "Ring"}, version=1, by=anna, at=now)
        with pytest.raises(FieldError, match="Choose from the list"):
            rule.change({"custom": {"size": "Huge"}}, version=2, by=anna, at=now)

    def test_what_no_field_can_hold_is_refused(self, anna, now):
        builders.field("Floors", "number", by=anna, at=now)
        builders.field("Yard", "number", by=anna, at=now, target="organization")

        for wrong in ({"floors": "many"}, {"yard": "3"}, {"nobody": "3"}):
            with pytest.raises(FieldError):
                rule_of(anna, now, custom=wrong)
        assert not Rule.objects.exists()

    def test_an_empty_value_is_none(self, anna, now):
        builders.field("Floors", "number", by=anna, at=now)

        with pytest.raises(RuleError, match="what is to be done"):
            rule_of(anna, now, activity_title="", custom={"floors": None})

    def test_the_source_is_of_the_team(self, anna, carla, now):
        theirs = builders.chosen(Source, carla.team, "Website")
        rule = rule_of(anna, now)

        with pytest.raises(RuleError, match="source"):
            rule.change({"source": theirs}, version=1, by=anna, at=now)
        with pytest.raises(IntegrityError, match="source_of_a_rule_is_the_teams"):
            Rule.objects.update(source=theirs)


class TestOnce:
    def test_a_move_that_is_taken_back_and_done_again(self, deal, stages, anna, now):
        rule_of(anna, now, trigger="moved")
        line = deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now + MINUTE)
        work_all(now + MINUTE)
        take_back(line, by=anna, at=now + 2 * MINUTE)
        deal.refresh_from_db()
        deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now + 3 * MINUTE)
        work_all(now + 3 * MINUTE)

        assert Activity.objects.count() == 1

    def test_a_worker_that_is_stopped_in_the_middle(self, pipeline, anna, now, monkeypatch):
        rule_of(anna, now, mails=True)
        deal = builders.deal(pipeline, by=anna, at=now)
        job = Job.objects.claim(Job.objects.get(kind=WORK).pk)
        assert job is not None
        with monkeypatch.context() as patch:
            patch.setattr(rules, "mail_about", _stop)
            job.run(at=now + MINUTE)

        assert not deal.activities.exists()
        assert not RuleRun.objects.exists()

        Job.objects.filter(pk=job.pk).update(run_at=now)
        work_all(now + 2 * MINUTE)
        assert (deal.activities.count(), OutgoingMail.objects.count()) == (1, 1)

    @pytest.mark.django_db(transaction=True)
    def test_two_workers_at_once(self, deal, anna, bram, now):
        rule = rule_of(anna, now, mails=True)
        visit = deal.visits.get()
        cache.clear()

        came = at_once([lambda: rules.apply(rule, visit, at=now)] * 2)

        assert sorted(came) == [False, True]
        assert Activity.objects.count() == 1
        assert OutgoingMail.objects.count() == 2


class TestTheDryRun:
    def test_it_counts_what_would_have_been(self, pipeline, anna, now):
        for days in (1, 2, 40):
            builders.deal(pipeline, by=anna, at=now - days * DAY)
        rule = rule_of(anna, now)

        tried = rules.Rehearsal.of(rule, now)

        assert (tried.count, tried.days) == (2, 30)
        assert [at for _deal, at in tried.shown] == [now - DAY, now - 2 * DAY]
        assert not RuleRun.objects.exists()

    def test_a_rule_that_waits_counts_the_day_on_which_it_was_long_enough(
        self, pipeline, stages, anna, now
    ):
        first, second = (builders.deal(pipeline, by=anna, at=now - 20 * DAY) for _ in range(2))
        # This one went on before it had stood for a week, and this one after.
        first.move_to(stages[1], seen_in=stages[0], by=anna, at=now - 16 * DAY)
        second.move_to(stages[1], seen_in=stages[0], by=anna, at=now - 10 * DAY)
        rule = rule_of(anna, now, trigger="aged", days=7, stage=stages[0])

        tried = rules.Rehearsal.of(rule, now)

        assert tried.shown == [(second, now - 13 * DAY)]

    def test_as_few_queries_for_many(self, pipeline, anna, now, django_assert_num_queries):
        rule = rule_of(anna, now)
        for _ in range(3):
            builders.deal(pipeline, by=anna, at=now)

        with django_assert_num_queries(2):
            rules.Rehearsal.of(rule, now)


def _stop(*_: object, **__: object) -> None:
    raise RuntimeError("stopped")


@pytest.mark.parametrize("line", ["step:is:none", "stage:is:1", "owner:is:none", "age:is:long"])
def test_what_passes_by_itself_is_no_condition(team, now, line):
    with pytest.raises(FilterError, match="Nobody knows"):
        Filter.read([line], LastingVocabulary(team, now))


def test_a_field_of_the_team_is_a_condition(team, anna, now):
    builders.field("Floors", "number", by=anna, at=now)

    read = Filter.read(["custom-floors:at-least:3"], LastingVocabulary(team, now))

    assert read.words == "Floors is at least 3"
