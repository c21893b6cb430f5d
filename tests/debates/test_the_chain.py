"""The chain from the customers to the effect, from each of its links, and where it breaks."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from agreements.models import Terms
from agreements.models import Verdict as Judged
from crm.models import StageDraft
from dashboards import kpis
from dashboards.models import Report, Signal
from dashboards.periods import Period
from debates.chain import Chains
from debates.happenings import Happening
from debates.models import Brought, Debate, DebateError, Next, Origin, StaleDebate
from debates.models.proposal import ProposalVersion
from teams.models import LogEntry
from tests import builders, debating
from tests.racing import at_once

GRAVEYARD = "/teams/rijnmond/procedures/graveyard/"
CHAIN = "/teams/rijnmond/chain"
API = "/api/v1/teams/rijnmond/chain"
BEGUN, A_WEEK = timedelta(days=100), timedelta(days=7)
NONE = "No debate stands behind this."


@pytest.fixture
def now():
    """The moment in which pages live."""
    return timezone.now()


@pytest.fixture
def decided(anna, bram, mia, now):
    return debating.agreed(by=anna, at=now - BEGUN)


@pytest.fixture
def decision(decided):
    return decided.experiments.get()


@pytest.fixture
def version(pipeline, anna, now):
    """Anna has put the process in other words today."""
    drafts = [StageDraft.of(stage) for stage in pipeline.stages.in_order()]
    return pipeline.change(
        drafts, name="We call first", reason="The customer waits", seen=1, by=anna, at=now
    )


@pytest.fixture
def tried(anna, now):
    """They try to do without the Friday report."""
    return builders.procedure(by=anna, at=now, is_on_trial=True)


@pytest.fixture
def proposal(anna, bram, now):
    """What Anna wants to promise Bram."""
    terms = Terms("a customer asks", "I call back", "It is on the deal", now.date() + A_WEEK)
    return builders.proposed(anna, bram, terms, at=now)


def page_of(kind, thing):
    return f"{CHAIN}/{kind}/{thing.pk}/"


def read(client, kind, thing):
    response = client.get(page_of(kind, thing))
    assert response.status_code == 200
    return response.content.decode()


def after(day):
    """The noon of the day after it."""
    return datetime.combine(day + timedelta(days=1), time(12), UTC)


def told(start, place, now):
    """Each link by its name, as this person reads it."""
    stretches = Chains(place, now).of(start).stretches
    return {link.name: link.says for stretch in stretches for link in stretch.links}


class TestWhatIsSaid:
    def test_from_the_debate_to_its_effect(self, decided, decision, version, tried, anna, now):
        for changed in (version, tried):
            Origin.objects.say(changed, decision, by=anna, at=now)
        decided.evaluate(at=now)
        decision.refresh_from_db()
        decision.answer_with(Next.KEEP, "It works", by=anna, at=now)

        said = told(decided, anna, now)

        assert said["Figure"].startswith("Deals won.")
        assert said["Signal"] == "No signal stands behind it; it was asked for without one."
        assert "“We call back within an hour”, asked on" in said["Debate"]
        assert said["Debate"].endswith("It was decided.")
        assert "“we call back within an hour”" in said["Agreement"]
        assert said["Process"] == "We call first, version 2: “The customer waits”"
        assert said["Procedure"].startswith("We try to do without “Friday report” until")
        assert said["Effect"].startswith("Too few figures to tell")
        assert said["Learned"] == "The team says: we keep it. “It works”"

    def test_a_signal_leads_to_its_debate_and_back(self, anna, bram, mia, team, now):
        signal = builders.signal(team, at=now)
        assert told(signal, anna, now)["Debate"] == "Nobody has asked for a debate on it."
        debate = debating.opened(by=anna, at=now)

        assert "Since week 45 of 2026. This lies above" in told(debate, anna, now)["Signal"]
        assert "Why do we win less?" in told(signal, anna, now)["Debate"]
        assert "week 45 of 2026" in told(debate, anna, now)["With customers"]

    def test_a_signal_that_is_over_or_gone_says_so(self, anna, bram, mia, team, now):
        signal = builders.signal(team, at=now)
        debate = debating.opened(by=anna, at=now)
        Signal.objects.update(is_over=True)
        assert told(debate, anna, now)["Signal"].endswith("It is over.")

        signal.delete()

        assert "since figures were corrected" in told(debate, anna, now)["Signal"]

    def test_the_facts_are_counted_and_named(self, anna, bram, mia, team, now):
        builders.signal(team, at=now)
        figures = kpis.get("deals-won")
        builders.measured(team, figures, [Period.parse("2026-W45")], [11], at=now)
        debate = debating.opened(by=anna, at=now)

        assert told(debate, anna, now)["With customers"] == (
            "What happened in week 45 of 2026: 11, made of 11 facts."
        )

    def test_what_was_normal_before_is_told_with_its_weeks(self, anna, bram, mia, team, now):
        weeks = list(Period.parse("2026-W20").through(Period.parse("2026-W44")))
        values = ([4, 5, 6, 4, 3, 5, 4] * 4)[: len(weeks)]
        builders.measured(team, kpis.get("deals-won"), weeks, values, at=now)
        builders.signal(team, at=now)

        debate = debating.opened(by=anna, at=now)

        assert "Normal was" in told(debate, anna, now)["Figure"]
        assert "by 25 weeks before" in told(debate, anna, now)["Figure"]

    def test_an_open_debate_has_decided_nothing_yet(self, anna, bram, mia, now):
        debate = debating.opened(by=anna, at=now)

        said = told(debate, anna, now)

        assert said["Agreement"] == "Nothing is decided yet."
        assert said["Debate"].endswith("Points.")

    def test_a_debate_that_came_to_nothing_says_so(self, anna, mia, now):
        debate = Debate.objects.request(kpis.get("win-rate"), "Why?", by=mia, at=now)
        debate.dismiss("In spring", by=anna, at=now)

        assert told(debate, anna, now)["Agreement"] == "Nothing was decided in this debate."

    def test_days_kept_and_broken_are_counted(self, decided, decision, anna, bram, now):
        assert "It is to be kept by" in told(decision, anna, now)["Kept"]
        due = decision.agreement.promise().due_on
        at = now - BEGUN + timedelta(days=15)
        decision.agreement.promise().declare_done(by=anna, at=at)
        decision.agreement.promise().judge(Judged.KEPT, by=bram, at=at)
        assert at.date() < due

        assert told(decision, anna, now)["Kept"] == "Days kept: 1. Days broken: 0."

    def test_before_the_verdict_it_says_when_it_comes(self, decision, anna, now):
        said = told(decision, anna, now)

        assert said["Effect"].startswith("The figure says what became of it after")
        assert said["Changed"] == "Nothing that we changed was said to come from it."
        assert said["Learned"] == "What the team does then, it says once the figure has told."

    def test_an_unanswered_verdict_is_a_missing_link(self, decided, decision, anna, now):
        decided.evaluate(at=now)

        assert "has not said yet" in told(decision, anna, now)["Learned"]

    def test_a_trial_with_objections_left_says_so(self, anna, bram, mia, now):
        debate = debating.agreed(by=anna, at=now - BEGUN)
        debate.experiments.update(is_trial=True)

        assert "objections were left" in told(debate.experiments.get(), anna, now)["Agreement"]


class TestWithoutADebate:
    def test_an_agreement_says_so(self, anna, bram, now, proposal):
        said = told(proposal, bram, now)

        assert said["Debate"] == NONE
        assert said["Kept"] == "Proposed."
        assert "No effect is measured" in said["Effect"]

    def test_a_version_and_a_procedure_say_so(self, version, tried, anna, now):
        assert told(version, anna, now)["Debate"] == NONE
        said = told(tried, anna, now)
        assert said["Debate"] == NONE
        assert said["Watched"].startswith("Deals won. No whole week")

    def test_what_is_done_as_ever_says_so(self, anna, now):
        alive = builders.procedure(by=anna, at=now)

        assert told(alive, anna, now)["Procedure"] == "“Friday report” is done as ever."


class TestWhereAChangeComesFrom:
    def test_is_said_by_the_team_and_the_last_word_counts(self, version, decision, anna, now):
        Origin.objects.say(version, decision, by=anna, at=now)
        Origin.objects.say(version, decision, by=anna, at=now)
        assert told(version, anna, now)["Process"].startswith("We call first")

        Origin.objects.say(version, None, by=anna, at=now)

        assert told(version, anna, now)["Debate"] == NONE
        lines = LogEntry.objects.filter(kind__startswith="debates.origin").order_by("pk")
        assert [line.kind for line in lines] == [
            Happening.ORIGIN_NAMED, Happening.ORIGIN_TAKEN_BACK,
        ]  # fmt: skip

    def test_may_be_corrected(self, version, decision, anna, bram, mia, now):
        other = debating.agreed(by=anna, at=now - timedelta(days=60), slug="win-rate")
        Origin.objects.say(version, decision, by=anna, at=now)

        Origin.objects.say(version, other.experiments.get(), by=anna, at=now)

        assert Origin.objects.get().experiment.debate == other

    def test_is_not_said_by_others(self, version, decision, carla, mia, now):
        for place in (carla, mia):
            with pytest.raises(DebateError, match="Only the team"):
                Origin.objects.say(version, decision, by=place, at=now)

    def test_is_no_decision_of_others(self, version, anna, carla, other_team, now):
        builders.member("Dora", other_team, at=now)
        theirs = debating.agreed(by=carla, at=now - BEGUN).experiments.get()

        with pytest.raises(DebateError, match="Only the team"):
            Origin.objects.say(version, theirs, by=anna, at=now)

    def test_is_no_decision_of_later(self, version, tried, decision, anna, now):
        day = timezone.localdate(now, anna.team.zone)
        decision.decided_on = decision.review_on = day + timedelta(days=1)
        decision.save()

        for changed in (version, tried):
            with pytest.raises(DebateError, match="before that was decided"):
                Origin.objects.say(changed, decision, by=anna, at=now)

    def test_holds_for_a_procedure_until_it_is_done_again(self, tried, decision, anna, now):
        Origin.objects.say(tried, decision, by=anna, at=now)
        tried.bury("It was read once", Decimal(4), by=anna, at=now)
        said = told(decision, anna, now)["Procedure"]
        assert "was buried on" in said
        assert "4 hours a month" in said

        tried.resurrect("The board asks again", by=anna, at=now)

        assert told(decision, anna, now)["Procedure"].startswith("We did without “Friday report”")
        assert told(tried, anna, now)["Debate"] == NONE
        with pytest.raises(StaleDebate, match="as ever"):
            Origin.objects.say(tried, decision, by=anna, at=now)

    @pytest.mark.parametrize("end", ["taken up", "run out"])
    def test_ends_with_a_trial_however_that_ends(self, end, tried, decision, anna, now):
        Origin.objects.say(tried, decision, by=anna, at=now)

        if end == "taken up":
            tried.take_up("We miss it", by=anna, at=now)
        else:
            tried.run_out(at=now + timedelta(days=40))

        assert Origin.objects.get().over_at is not None

    def test_two_who_say_so_at_once_say_it_once(self, transactional_db, now):
        team = builders.team("Rijnmond", at=now)
        anna, bram = (builders.member(name, team, at=now) for name in ("Anna", "Bram"))
        decision = debating.agreed(by=anna, at=now - BEGUN).experiments.get()
        tried = builders.procedure(by=anna, at=now, is_on_trial=True)

        at_once(
            [
                lambda: Origin.objects.say(tried, decision, by=anna, at=now),
                lambda: Origin.objects.say(tried, decision, by=bram, at=now),
            ]
        )

        assert Origin.objects.count() == 1
        assert LogEntry.objects.filter(kind=Happening.ORIGIN_NAMED).count() == 1


class TestTheDatabase:
    def test_keeps_an_origin_within_its_team(self, version, decision, other_team, now):
        facts = {"experiment": decision, "revision": version, "pipeline": version.pipeline}

        with pytest.raises(DatabaseError, match="origin_is_the_teams"):
            Origin.objects.create(team=other_team, named_at=now, **facts)

    def test_keeps_an_origin_of_one_change(self, version, tried, decision, team, now):
        facts = {"experiment": decision, "revision": version, "procedure": tried}

        with pytest.raises(DatabaseError, match="an_origin_is_of_one_change"):
            Origin.objects.create(team=team, named_at=now, **facts)


class TestWhoReadsIt:
    def test_a_manager_reads_of_an_agreement_what_they_are_party_to(
        self, decided, decision, anna, mia, now
    ):
        assert "read by those who agreed" not in told(decision, mia, now)["Kept"]

        later = decided.team.link_manager(builders.person("Joost"), by=None, at=now)

        assert told(decision, later, now)["Kept"] == (
            "Whether it is kept is read by those who agreed on it."
        )
        links = Chains(later, now).of(decision).stretches[1].links
        assert links[0].url == f"/teams/rijnmond/debates/{decided.pk}/#outcome"

    def test_a_manager_walks_from_no_agreement_of_others(self, mias, annas, proposal):
        assert mias.get(page_of("agreement", proposal)).status_code == 404
        assert annas.get(page_of("agreement", proposal)).status_code == 200

    def test_a_manager_reads_no_signal_before_its_report(self, mias, annas, anna, mia, team, now):
        signal = builders.signal(team, at=now)
        debate = debating.opened(by=anna, at=now)
        assert mias.get(page_of("signal", signal)).status_code == 404
        said = told(debate, mia, now)
        assert said["Signal"] == "The signal behind it is not published yet."
        assert said["With customers"].endswith("is not published yet.")
        assert said["Figure"] == "Deals won."

        Report.publish(team, Period.parse("2026-W46"), {"kpis": []}, at=now)

        assert mias.get(page_of("signal", signal)).status_code == 200
        assert "This lies above" in told(debate, mia, now)["Signal"]

    def test_nobody_reads_what_is_blind(self, annas, brams, anna, bram, mia, now):
        debate = debating.opened(by=anna, at=now)
        debate.bring(Brought("The ptarmigan is late"), by=anna, at=now)

        for client in (annas, brams):
            assert "ptarmigan" not in read(client, "debate", debate)
            assert "ptarmigan" not in client.get(f"{API}/debate/{debate.pk}/").content.decode()

    def test_a_stranger_finds_nothing(self, carlas, decided, decision, version, tried):
        things = {"debate": decided, "decision": decision, "version": version, "procedure": tried}
        for kind, thing in things.items():
            assert carlas.get(page_of(kind, thing)).status_code == 404
            assert carlas.get(f"{API}/{kind}/{thing.pk}/").status_code == 404

    def test_there_is_no_other_kind_of_link(self, annas, decided):
        assert annas.get(page_of("whatever", decided)).status_code == 404
        assert annas.post(f"{page_of('debate', decided)}origin/").status_code == 404

    def test_a_signal_may_outlive_its_figure(self, annas, team, now):
        signal = builders.signal(team, at=now, slug="forgotten")

        assert annas.get(page_of("signal", signal)).status_code == 404


class TestThePages:
    def test_the_editor_asks_from_which_decision_a_change_comes(
        self, annas, mias, decision, version
    ):
        editor = f"/teams/rijnmond/processes/{version.pipeline_id}/"
        assert NONE in annas.get(editor).content.decode()
        where = f"{page_of('version', version)}origin/"
        assert where in annas.get(editor).content.decode()

        sent = annas.post(where, {"decision": decision.pk})

        assert sent.status_code == 302
        assert "we call back within an hour” (Deals won" in annas.get(editor).content.decode()
        page = mias.get(editor).content.decode()
        assert "we call back within an hour” (Deals won" in page
        assert where not in page
        assert mias.post(where, {"decision": ""}).status_code == 404

    def test_the_editor_asks_nothing_where_nothing_was_decided(self, annas, version):
        page = annas.get(f"/teams/rijnmond/processes/{version.pipeline_id}/").content.decode()

        assert NONE in page
        assert "Say where it comes from" not in page

    def test_each_grave_tells_its_own(self, annas, mias, decision, tried, anna, now):
        other = builders.procedure("Blue form", by=anna, at=now, is_on_trial=True)
        for each in (tried, other):
            each.bury("It was read once", Decimal(4), by=anna, at=now)
        Origin.objects.say(tried, decision, by=anna, at=now)

        for reader in (annas, mias):
            page = reader.get(GRAVEYARD).content.decode()
            assert page.count("we call back within an hour” (Deals won") == 1
            assert page.count(NONE) == 1
            assert page_of("procedure", tried) in page

    def test_each_version_in_the_history_tells_its_own(self, annas, decision, version, anna, now):
        Origin.objects.say(version, decision, by=anna, at=now)

        page = annas.get("/teams/rijnmond/processes/history/").content.decode()

        assert page.count("we call back within an hour” (Deals won") == 1
        assert page.count(NONE) == 1

    def test_a_procedure_on_trial_asks_and_one_alive_does_not(self, annas, decision, tried, anna):
        page = f"/teams/rijnmond/procedures/{tried.pk}/"
        assert "Say where it comes from" in annas.get(page).content.decode()

        annas.post(f"{page_of('procedure', tried)}origin/", {"decision": decision.pk})
        assert "we call back within an hour” (Deals won" in annas.get(page).content.decode()

        tried.take_up("We miss it", by=anna, at=timezone.now())
        late = annas.post(f"{page_of('procedure', tried)}origin/", {"decision": ""})
        assert late.status_code == 409
        assert "it comes from no decision" in late.content.decode()
        assert "Where it comes from" not in annas.get(page).content.decode()

    def test_what_is_none_is_told_beside_the_field(self, annas, version, decision):
        sent = annas.post(f"{page_of('version', version)}origin/", {"decision": "999999"})

        assert sent.status_code == 422
        assert "errorlist" in sent.content.decode()
        assert not Origin.objects.exists()

    def test_every_page_has_its_door_to_the_chain(
        self, annas, decided, decision, anna, bram, team, now
    ):
        signal = builders.signal(team, at=now)
        doors = {
            f"/teams/rijnmond/debates/{decided.pk}/": ("debate", decided),
            f"/teams/rijnmond/agreements/{decision.agreement_id}/": (
                "agreement",
                decision.agreement,
            ),
            "/teams/rijnmond/figures/deals-won/": ("signal", signal),
        }
        for page, link in doors.items():
            assert f'href="{page_of(*link)}"' in annas.get(page).content.decode()
        assert page_of("decision", decision) in annas.get(next(iter(doors))).content.decode()

    def test_it_speaks_dutch(self, decided, anna, now):
        with translation.override("nl"):
            said = told(decided, anna, now)

        assert said["Signaal"].startswith("Er zit geen signaal achter")

    def test_one_link_is_where_somebody_came_from(self, annas, decision, version, tried, anna, now):
        for changed in (version, tried):
            Origin.objects.say(changed, decision, by=anna, at=now)
        things = {
            "debate": decision.debate,
            "decision": decision,
            "agreement": decision.agreement,
            "version": version,
            "procedure": tried,
        }
        for kind, thing in things.items():
            assert read(annas, kind, thing).count("you came from here") == 1, kind


class TestTheApi:
    def test_tells_the_same(self, annas, mias, decision, version, now):
        put = {"data": {"decision": decision.pk}, "content_type": "application/json"}
        named = annas.put(f"{API}/version/{version.pk}/origin/", **put)
        assert named.status_code == 200
        assert named.json()["decision"] == decision.pk

        facts = mias.get(f"{API}/version/{version.pk}/").json()

        for told_to in (facts, named.json()):
            links = [link for part in told_to["stretches"] for link in part["links"]]
            assert [link["name"] for link in links if link["is_here"]] == ["Process"]
        assert facts["decision"] == decision.pk
        assert mias.put(f"{API}/version/{version.pk}/origin/", **put).status_code == 403

    def test_tells_who_comes_too_late_how_it_stands(self, annas, decision, tried, anna, now):
        tried.take_up("We miss it", by=anna, at=now)

        late = annas.put(
            f"{API}/procedure/{tried.pk}/origin/", {"decision": None}, "application/json"
        )

        assert late.status_code == 409
        assert late.json()["theirs"]["decision"] is None

    def test_refuses_what_is_no_decision(self, annas, version):
        sent = annas.put(
            f"{API}/version/{version.pk}/origin/", {"decision": 999_999}, "application/json"
        )

        assert (sent.status_code, list(sent.json())) == (400, ["decision"])


class TestWhatItAsks:
    """As many questions to the database for one as for many."""

    @pytest.fixture
    def asked(self, annas):
        def count(page) -> int:
            annas.get(page)
            with CaptureQueriesContext(connection) as queries:
                assert annas.get(page).status_code == 200
            return len(queries)

        return count

    def test_for_each_change_that_came_of_it(self, asked, decision, pipeline, anna, now):
        few = asked(page_of("decision", decision))
        for number in range(3):
            tried = builders.procedure(f"Report {number}", by=anna, at=now, is_on_trial=True)
            Origin.objects.say(tried, decision, by=anna, at=now)

        assert asked(page_of("decision", decision)) == few <= WHOLE

    def test_for_each_decision_of_a_debate(self, asked, anna, bram, mia, now):
        one = debating.agreed(by=anna, at=now - BEGUN, slug="win-rate")
        few = asked(page_of("debate", one))
        debate = debating.revealed(by=anna, at=now - BEGUN)
        at = after(debate.challenge_until)
        debate.run_out(at=at)
        for words in ("we call", "we write"):
            by = debate.ends_on + timedelta(days=11)
            debate.propose(debating.offer(anna.user, by=by, words=words), by=anna, at=at)
        at = after(debate.propose_until)
        debate.run_out(at=at)
        for version in ProposalVersion.objects.filter(debate=debate):
            for place in (anna, bram, mia):
                debate.consent(version, by=place, at=at)
        assert debate.experiments.count() == 2

        assert asked(page_of("debate", debate)) == few

    def test_for_each_debate_on_a_signal(self, asked, team, anna, bram, now):
        signal = builders.signal(team, at=now)
        few = asked(page_of("signal", signal))
        for _each in range(2):
            debating.opened(by=anna, at=now).run_out(at=now + timedelta(days=60))

        assert asked(page_of("signal", signal)) == few

    def test_for_each_version_in_the_history(self, asked, pipeline, decision, anna, now):
        history = "/teams/rijnmond/processes/history/"
        few = asked(history)
        drafts = [StageDraft.of(stage) for stage in pipeline.stages.in_order()]
        for number in range(1, 4):
            made = pipeline.change(
                drafts, name=f"Ours {number}", reason="So", seen=number, by=anna, at=now
            )
            Origin.objects.say(made, decision, by=anna, at=now)

        assert asked(history) == few

    def test_for_each_grave(self, asked, decision, tried, anna, now):
        graves = [tried]
        graves += [
            builders.procedure(f"Report {number}", by=anna, at=now, is_on_trial=True)
            for number in range(3)
        ]
        counts = []
        for grave in graves:
            grave.bury("It was read once", Decimal(4), by=anna, at=now)
            Origin.objects.say(grave, decision, by=anna, at=now)
            counts.append(asked(GRAVEYARD))

        assert len(set(counts)) == 1


WHOLE = 30
