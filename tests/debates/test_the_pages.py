"""The list, the forms and the room: who reads what, and what they can do."""

import re
from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dashboards import kpis
from dashboards.jobs import publish_period
from dashboards.models import Measurement, Report
from dashboards.periods import PeriodKind, last_closed
from debates.models import Brought, Debate, Fallback, Objection, Speaks, State
from debates.models.proposal import ProposalVersion
from tests import builders, debating

BOOK = "/teams/rijnmond/debates/"


@pytest.fixture
def now():
    """The moment in which pages live."""
    return timezone.now()


def page_of(debate, turn=""):
    return f"{BOOK}{debate.pk}/{turn and f'{turn}/'}"


def read(client, debate):
    response = client.get(page_of(debate))
    assert response.status_code == 200
    return response.content.decode()


def turns_on(page, debate):
    """Which turns the page offers, each once."""
    found = re.findall(rf'action="{re.escape(page_of(debate))}([a-z-]+)/"', page)
    return sorted(set(found))


class TestTheList:
    def test_is_empty_at_first_and_says_what_will_be_here(self, annas, mias):
        assert "Whoever sees something in the figures" in annas.get(BOOK).content.decode()
        assert "Ask for a debate" in mias.get(BOOK).content.decode()

    def test_tells_what_is_open_and_what_came_of_the_others(self, annas, anna, bram, mia, now):
        debating.opened(by=anna, at=now)
        asked = debating.opened(by=anna, at=now, slug="win-rate", question="And this?")
        asked.run_out(at=now + timedelta(days=60))

        page = annas.get(BOOK).content.decode()

        assert page.index("Why do we win less?") < page.index("And this?")
        assert "Too few took part" in page

    def test_asks_the_same_for_one_and_for_many(self, annas, anna, bram, mia, now):
        def queries() -> int:
            with CaptureQueriesContext(connection) as asked:
                annas.get(BOOK)
            return len(asked)

        debating.opened(by=anna, at=now)
        debating.opened(by=anna, at=now, slug="cycle-time").run_out(at=now + timedelta(days=60))
        before = queries()
        for slug in ("win-rate", "deals-lost", "value-won"):
            debating.opened(by=anna, at=now, slug=slug)

        assert queries() == before

    def test_counts_how_often_it_worked(self, annas, anna, bram, mia, now):
        debate = debating.decided(by=anna, at=now - timedelta(days=100))
        debate.evaluate(at=now)

        page = annas.get(BOOK).content.decode()

        assert "Of 1 decision the figure has judged 1 so far" in page
        assert "Too few figures to tell" in page


class TestBeginning:
    words = {"kpi": "win-rate", "question": "Why?", "days": "10", "fallback": "split"}

    def test_a_member_opens_it(self, annas, bram, mia):
        response = annas.post(f"{BOOK}new/", self.words)

        debate = Debate.objects.get()
        assert response.headers["location"] == page_of(debate)
        assert debate.state == State.GATHERING

    def test_a_manager_asks_for_it(self, mias, anna):
        page = mias.get(f"{BOOK}new/").content.decode()
        assert 'name="days"' not in page

        mias.post(f"{BOOK}new/", {"kpi": "win-rate", "question": "Why?"})

        assert Debate.objects.get().state == State.REQUESTED
        response = mias.post(f"{BOOK}new/", {"kpi": "deals-won", "question": "Why this?"})
        assert response.status_code == 422
        assert "one debate a month" in response.content.decode()
        assert "Why this?" in response.content.decode()

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"question": ""}, "required"),
            ({"days": "3"}, "greater than or equal to 4"),
            ({"kpi": "time-in-stage"}, "valid choice"),
        ],
    )
    def test_tells_what_is_wrong_beside_the_field(self, annas, bram, wrong, says):
        response = annas.post(f"{BOOK}new/", {**self.words, **wrong})

        assert response.status_code == 422
        assert says in response.content.decode()
        assert not Debate.objects.exists()

    def test_somebody_was_faster(self, annas, anna, bram, now):
        debating.opened(by=anna, at=now, slug="win-rate")

        assert annas.post(f"{BOOK}new/", self.words).status_code == 409

    def test_whoever_comes_from_a_figure_is_led_to_its_debate(self, annas, anna, bram, now):
        assert 'value="win-rate" selected' in annas.get(f"{BOOK}new/?kpi=win-rate").content.decode()

        debate = debating.opened(by=anna, at=now, slug="win-rate")

        response = annas.get(f"{BOOK}new/?kpi=win-rate")
        assert response.headers["location"] == page_of(debate)

    def test_something_small_is_decided_quickly(self, annas, brams, mias, anna):
        annas.post(f"{BOOK}quick/", debating.quick_form())

        debate = Debate.objects.get()
        assert debate.question == "We call back within an hour"
        version = ProposalVersion.objects.get()
        for client in (brams, mias):
            client.post(page_of(debate, "consent"), {"item": version.pk})
        debate.refresh_from_db()
        assert debate.state == State.DECIDED

    def test_a_quick_one_can_be_taken_back(self, annas, bram):
        words = debating.quick_form()
        del words["is_reversible"]

        response = annas.post(f"{BOOK}quick/", words)

        assert response.status_code == 422
        assert not Debate.objects.exists()

    def test_a_quick_one_meets_a_rule(self, annas, bram):
        late = f"{timezone.localdate() + timedelta(days=200)}"

        response = annas.post(f"{BOOK}quick/", {**debating.quick_form(), "review_on": late})

        assert response.status_code == 422
        assert "within ninety days" in response.content.decode()


class TestARequest:
    def test_is_taken_up_or_dismissed_by_the_team(self, annas, mias, mia, bram, now):
        debate = Debate.objects.request(kpis.get("win-rate"), "Why?", by=mia, at=now)
        assert turns_on(read(annas, debate), debate) == ["beginning", "dismissal"]
        assert turns_on(read(mias, debate), debate) == []
        words = {"days": "10", "fallback": "drop"}
        assert mias.post(page_of(debate, "beginning"), words).status_code == 404

        annas.post(page_of(debate, "beginning"), words)

        debate.refresh_from_db()
        assert debate.state == State.GATHERING

    def test_is_told_why_not(self, annas, mias, mia, now):
        debate = Debate.objects.request(kpis.get("win-rate"), "Why?", by=mia, at=now)
        annas.post(page_of(debate, "dismissal"), {"why": "In spring"})

        assert "In spring" in read(mias, debate)


class TestWhatIsHidden:
    """Before the reveal everybody reads what they wrote themselves, and how many have written."""

    @pytest.fixture
    def debate(self, anna, bram, mia, now):
        debate = debating.opened(by=anna, at=now)
        debate.bring(Brought("The ptarmigan is late"), by=anna, at=now)
        debate.bring(Brought("The capercaillie is dear"), by=mia, at=now)
        return debate

    def test_each_reads_their_own(self, annas, brams, mias, debate):
        pages = [read(client, debate) for client in (annas, brams, mias)]

        assert ["ptarmigan" in page for page in pages] == [True, False, False]
        assert ["capercaillie" in page for page in pages] == [False, False, True]
        assert all("2 of 3 have done their part." in page for page in pages)

    def test_is_in_nothing_that_they_send(self, brams, debate):
        point = debate.points.get(seat__side="management")
        for turn in ("wording", "removal", "argument"):
            sent = {"item": point.pk, "text": "So", "speaks": "for"}
            response = brams.post(page_of(debate, turn), sent)
            assert response.status_code == 422
            assert "capercaillie" not in response.content.decode()

    def test_is_in_no_search_and_no_list(self, brams, mias, debate, team):
        for client in (brams, mias):
            for url in (BOOK, "/teams/rijnmond/search/?q=ptarmigan", "/teams/rijnmond/"):
                body = client.get(url).content.decode().replace("q=ptarmigan", "")
                assert "The ptarmigan is late" not in body
        assert "ptarmigan" not in str(list(team.logbook.values_list("details", flat=True)))

    def test_stays_hidden_where_nothing_is_revealed(self, brams, annas, debate, now):
        for days in (10, 20):
            debate.run_out(at=now + timedelta(days=days))
        assert debate.state == State.LAPSED

        assert "ptarmigan" not in read(brams, debate)
        assert "ptarmigan" in read(annas, debate)

    def test_is_shown_to_all_at_once(self, brams, debate, bram, now):
        debate.bring(Brought("So"), by=bram, at=now)

        page = read(brams, debate)
        assert "ptarmigan" in page
        assert "capercaillie" in page


class TestTheRoom:
    @pytest.fixture
    def contested(self, anna, bram, mia, now):
        """Bram objects to what Anna proposed."""
        debate = debating.quick(by=anna, at=now)
        harm = Objection("Nobody answers the others", is_new=True, is_certain=True, remedy="Turns")
        debate.object(ProposalVersion.objects.get(), harm, by=bram, at=now)
        return debate

    def test_offers_what_can_be_done(self, annas, anna, bram, mia, now):
        debate = debating.opened(by=anna, at=now)
        assert turns_on(read(annas, debate), debate) == ["excuse", "nothing", "point"]

        annas.post(page_of(debate, "point"), {"text": "We call back too late"})
        offered = turns_on(read(annas, debate), debate)
        assert offered == ["excuse", "point", "removal", "wording"]

    def test_leads_through_a_whole_debate(self, annas, brams, mias, anna, now):
        debate = debating.revealed(by=anna, at=now)
        point = debate.points.get(seat__person=anna.user)
        annas.post(page_of(debate, "argument"), {"item": point.pk, "speaks": "for", "text": "Yes"})
        annas.post(page_of(debate, "reply"), {"text": "They ask why"})
        brams.post(page_of(debate, "weights"), {f"weight_{point.pk}": "4"})
        page = read(mias, debate)
        assert "Yes" in page
        assert "They ask why" not in page  # answers to the card are told all together
        Debate.objects.filter(pk=debate.pk).update(
            challenge_until=timezone.localdate() - timedelta(days=1)
        )
        debate.run_out(at=now)

        page = read(mias, debate)
        assert "weight 3.0 of 4, by 1" in page
        assert "They ask why" in page
        words = {**debating.quick_form(), "smallest": "1"}
        brams.post(page_of(debate, "proposal"), words)
        version = ProposalVersion.objects.get()
        assert "we call back within an hour" in read(mias, debate)
        other = {**words, "item": version.proposal_id, "number": 1, "then": "we call at once"}
        annas.post(page_of(debate, "other-words"), other)
        Debate.objects.filter(pk=debate.pk).update(
            propose_until=timezone.localdate() - timedelta(days=1)
        )
        debate.run_out(at=now)

        version = ProposalVersion.objects.get(number=2)
        objection = {"harm": "It is dear", "is_new": "yes", "is_certain": "no", "remedy": "Less"}
        told = mias.post(page_of(debate, "objection"), {"item": version.pk, **objection})
        assert told.status_code == 422  # which part of the frame?
        objection["clause"] = "Budget"
        mias.post(page_of(debate, "objection"), {"item": version.pk, **objection})
        page = read(annas, debate)
        assert "It is dear" in page
        assert "Budget" in page
        mias.post(page_of(debate, "withdrawal"), {"item": version.pk})
        for client in (annas, brams):
            client.post(page_of(debate, "consent"), {"item": version.pk, "concern": "The cost"})

        page = read(annas, debate)
        assert "It was decided." in page
        assert "withdrew an objection" in page
        assert "The cost" in page

    @pytest.mark.parametrize(
        ("size", "told"), [("0.03", "3 percentage"), ("0.1", "10 percentage"), ("0.005", "0.5 per")]
    )
    def test_tells_the_size_of_a_share_as_people_say_it(
        self, annas, anna, bram, mia, now, size, told
    ):
        debate = debating.quick(by=anna, at=now, slug="win-rate", smallest=Decimal(size))

        assert f"by {told}" in read(annas, debate)

    def test_tells_management_what_the_frame_says_and_the_team_not(
        self, annas, mias, anna, bram, mia, now
    ):
        long_ago = now - timedelta(days=60)
        builders.framed(mia, at=long_ago)
        debate = debating.quick(by=anna, at=now)
        for client, told in ((mias, True), (annas, False)):
            assert ("Law: Nobody climbs a mast alone" in read(client, debate)) is told
        assert "Brand:" not in read(mias, debate)

    def test_offers_other_words_as_long_as_they_are_taken(self, annas, contested):
        assert "other-words" in turns_on(read(annas, contested), contested)
        assert "can be put in other words." in read(annas, contested)

        for change, says in (
            ({"rounds": 2}, "This was put in other words twice"),
            ({"rounds": 0, "ends_on": timezone.localdate()}, "Today is the last day"),
        ):
            Debate.objects.filter(pk=contested.pk).update(**change)
            page = read(annas, contested)
            assert "other-words" not in turns_on(page, contested)
            assert says in page

    def test_shows_objections_as_they_are_counted(self, annas, contested, anna, bram, now):
        assert "Nobody answers the others" in read(annas, contested)

        bram.leave(by=None, at=now)

        page = read(annas, contested)
        assert "Nobody answers the others" not in page
        assert turns_on(page, contested) == ["excuse"]

    def test_offers_whoever_is_back_nothing_that_is_refused(self, brams, contested, bram, now):
        bram.leave(by=None, at=now)
        bram.team.welcome(bram.user, by=None, at=now)

        assert turns_on(read(brams, contested), contested) == ["excuse"]

    def test_is_closed_while_the_job_has_not_come_by(self, annas, anna, bram, now):
        debate = debating.opened(by=anna, at=now)
        for days, offered in ((0, ["excuse", "nothing", "point"]), (1, [])):
            day = timezone.localdate() - timedelta(days=days)
            Debate.objects.filter(pk=debate.pk).update(gather_until=day)
            assert turns_on(read(annas, debate), debate) == offered

    def test_says_what_the_figure_said_and_asks_what_now(self, annas, mias, anna, bram, mia, now):
        debate = debating.decided(by=anna, at=now - timedelta(days=100))
        assert "The figure says what became of it after" in read(annas, debate)
        debate.evaluate(at=now)
        assert turns_on(read(annas, debate), debate) == ["answer"]
        assert turns_on(read(mias, debate), debate) == []
        experiment = debate.experiments.get()
        sent = {"item": experiment.pk, "answer": "stop", "why": "Nobody noticed"}
        assert mias.post(page_of(debate, "answer"), sent).status_code == 404

        annas.post(page_of(debate, "answer"), sent)

        assert "Nobody noticed" in read(mias, debate)

    def test_tells_who_came_second(self, annas, anna, bram, mia, now):
        debate = debating.revealed(by=anna, at=now)

        response = annas.post(page_of(debate, "point"), {"text": "Late, and yet good"})

        assert response.status_code == 409
        assert "another point by now" in response.content.decode()

    def test_keeps_what_was_typed(self, annas, anna, bram, now):
        debate = debating.opened(by=anna, at=now)

        response = annas.post(
            page_of(debate, "point"), {"text": "We call late", "deals": "https://example.com/"}
        )

        page = response.content.decode()
        assert response.status_code == 422
        assert "no address of our list of deals" in page
        assert "We call late" in page
        assert not debate.points.exists()

    def test_leads_to_the_deals_of_a_point(self, annas, brams, anna, bram, now):
        debate = debating.opened(by=anna, at=now)
        deals = f"{reverse('crm:deals', args=['rijnmond'])}?outcome=lost"
        sent = {"text": "See these", "deals": f"https://kring.example{deals}", "figure": "win-rate"}
        annas.post(page_of(debate, "point"), sent)

        page = read(annas, debate)
        assert f'href="{deals}"' in page
        assert "/figures/win-rate/" in page

    def test_is_not_there_for_a_stranger(self, carlas, anna, bram, now):
        debate = debating.opened(by=anna, at=now)

        assert carlas.get(page_of(debate)).status_code == 404
        assert carlas.post(page_of(debate, "point"), {"text": "So"}).status_code == 404

    def test_reads_no_endless_number(self, annas, anna, bram, now):
        debate = debating.opened(by=anna, at=now)

        sent = annas.post(page_of(debate, "wording"), {"item": "9" * 5000, "text": "So"})

        assert sent.status_code == 422

    def test_knows_no_other_turns(self, annas, anna, bram, now):
        debate = debating.opened(by=anna, at=now)

        assert annas.post(page_of(debate, "whatever")).status_code == 404

    def test_renews_where_it_stands_by_itself(self, annas, anna, bram, now):
        debate = debating.opened(by=anna, at=now)

        part = annas.get(page_of(debate), headers={"HX-Request": "true"}).content.decode()

        assert part.lstrip().startswith("<div")
        debate.run_out(at=now + timedelta(days=60))
        over = annas.get(page_of(debate), headers={"HX-Request": "true"}).content.decode()
        assert "The debate is over" in over
        assert "hx-trigger" not in over
        assert "0 of 2 have done their part." in part


class TestElsewhere:
    def test_home_says_what_waits(self, annas, anna, bram, mia, now):
        debate = debating.opened(by=anna, at=now)
        assert "Bring your point" in annas.get("/teams/rijnmond/").content.decode()

        debate.bring(Brought("So"), by=anna, at=now)

        assert "Bring your point" not in annas.get("/teams/rijnmond/").content.decode()

    def test_home_says_so_until_one_has_weighed(self, annas, anna, bram, mia, now):
        debate = debating.revealed(by=anna, at=now)
        assert "Challenge and weigh the points" in annas.get("/teams/rijnmond/").content.decode()

        debate.weigh({debate.points.earliest("place").pk: 0}, by=anna, at=now)

        assert "Challenge and weigh" not in annas.get("/teams/rijnmond/").content.decode()

    def test_an_agreement_tells_where_it_comes_from(self, annas, anna, bram, mia, now):
        debate = debating.decided(by=anna, at=now - timedelta(days=30))
        agreement = debate.experiments.get().agreement

        page = annas.get(f"/teams/rijnmond/agreements/{agreement.pk}/").content.decode()

        assert "Why do we win less?" in page

    def test_a_figure_tells_its_debates(self, annas, mias, anna, bram, now):
        page = "/teams/rijnmond/figures/deals-won/"
        assert "Open a debate" in annas.get(page).content.decode()
        debating.opened(by=anna, at=now)

        shown = annas.get(page).content.decode()

        assert "Why do we win less?" in shown
        assert "Open a debate" not in shown


class TestManyPoints:
    """More points than a page shows: twenty, each with what can be done about it."""

    @pytest.fixture
    def debate(self, anna, bram, mia, now):
        debate = debating.opened(by=anna, at=now)
        for place, count in ((anna, 10), (bram, 10), (mia, 1)):
            for nth in range(count):
                debate.bring(Brought(f"So {nth}"), by=place, at=now)
        return debate

    def shown(self, client, debate, page=""):
        return client.get(page_of(debate) + page).content.decode()

    def test_are_read_page_by_page(self, annas, debate):
        first, second = (self.shown(annas, debate, page) for page in ("", "?page=2"))

        assert [page.count('class="point"') for page in (first, second)] == [20, 1]
        assert [page.count('name="weight_') for page in (first, second)] == [20, 1]
        assert all('<span class="num">21</span>' in page for page in (first, second))
        assert 'href="?page=2"' in first
        assert '<ol class="points" start="21">' in second
        assert "Point 21" in second
        assert "deserves something said against it" in first
        assert "deserves something said against it" not in second

    @pytest.mark.parametrize("page", ["0", "-1", "so", "9" * 5000])
    def test_are_read_whatever_page_is_asked_for(self, annas, debate, page):
        assert annas.get(f"{page_of(debate)}?page={page}").status_code == 200

    def test_are_spoken_about_where_they_stand(self, annas, debate, anna, now):
        last = debate.points.get(place=21)

        weighed = annas.post(page_of(debate, "weights") + "?page=2", {f"weight_{last.pk}": "4"})
        sent = {"item": last.pk, "speaks": "for", "text": "Yes"}
        told = annas.post(page_of(debate, "argument") + "?page=2", sent)

        assert (
            weighed.headers["location"] == told.headers["location"] == page_of(debate) + "?page=2"
        )
        assert last.weights.get().value == 4
        assert last.arguments.get().text == "Yes"
        wrong = annas.post(page_of(debate, "argument") + "?page=2", {**sent, "text": ""})
        assert wrong.status_code == 422
        assert wrong.content.decode().count("<details open>") == 1

    def test_stand_in_an_order_of_chance_while_they_are_weighed(self, annas, debate, bram, now):
        last = debate.points.get(place=21)

        debate.weigh({last.pk: 4}, by=bram, at=now)

        assert f'id="point-{last.pk}"' not in self.shown(annas, debate)

    def test_weigh_for_each_what_they_themselves_said(self, annas, brams, debate, bram, now):
        debate.weigh({debate.points.get(place=1).pk: 3}, by=bram, at=now)

        chosen = ['value="3" selected' in self.shown(client, debate) for client in (annas, brams)]

        assert chosen == [False, True]

    def test_come_to_programs_all_at_once(self, annas, debate):
        told = annas.get(f"/api/v1{page_of(debate)}").json()

        assert len(told["points"]) == 21


class TestTheFigure:
    """The room shows it as both sides have read it, and before that to the team alone."""

    def test_is_the_teams_until_it_is_reported(self, annas, mias, anna, bram, now):
        debate = debating.opened(by=anna, at=now)

        assert "<svg" in self.figure(annas, debate)
        assert "No figures yet" in self.figure(mias, debate)

    def test_is_as_it_was_reported(self, annas, mias, anna, bram, team, now):
        debate = debating.opened(by=anna, at=now)
        week = last_closed(PeriodKind.WEEK, now, team.zone)
        publish_period(team, week, at=now)
        Measurement.objects.filter(team=team).update(value=77)

        read = [self.figure(client, debate) for client in (annas, mias)]

        assert read[0] == read[1]
        assert "<svg" in read[0]
        assert "77" not in read[0]

    def test_that_no_report_holds_yet_is_not_shown(self, annas, anna, bram, team, now):
        debate = debating.opened(by=anna, at=now)
        Report.publish(team, last_closed(PeriodKind.WEEK, now, team.zone), {"kpis": []}, at=now)

        assert "No figures yet" in self.figure(annas, debate)

    def figure(self, client, debate):
        return read(client, debate).split('id="figure"')[1].split("</section>")[0]


class TestWhatTheRoomAsks:
    """As many questions to the database for one word as for many: twelve at most in every state.

    Before the first report of the team its figure is measured instead of read, which asks more.
    """

    @pytest.fixture
    def lead(self, anna, bram, mia, now):
        """A debate in this state, with a word or with many; of money, so its unit is asked for."""

        def lead(state: str, *, many: bool) -> Debate:
            way = self.way("value-won" if many else "pipeline-value", 10 if many else 1)
            return next(debate for debate in way(anna, bram, mia, now) if debate.state == state)

        return lead

    def way(self, slug, words):
        """From state to state, with so many words of everybody in each."""

        def way(anna, bram, mia, now):
            debate = Debate.objects.request(kpis.get(slug), "Why?", by=anna, at=now)
            yield debate
            debate.take_up(10, Fallback.SPLIT, by=anna, at=now)
            for place, nth in product((anna, bram), range(words)):
                debate.bring(Brought(f"So {nth}", figure=slug), by=place, at=now)
            yield debate
            debate.bring(Brought("So"), by=mia, at=now)
            for point, place in product(debate.points.all()[:words], (anna, bram, mia)):
                debate.argue(point, Speaks.FOR, "So", by=place, at=now)
                debate.reply("So", by=place, at=now)
                debate.weigh({point.pk: 3}, by=place, at=now)
            yield debate
            self.over(debate, "challenge_until", now)
            for doers in ([anna.user], [anna.user, bram.user], [])[:words]:
                due_on = debate.ends_on + timedelta(days=11)
                debate.propose(debating.offer(*doers, by=due_on), by=anna, at=now)
            yield debate
            self.over(debate, "propose_until", now)
            said = list(ProposalVersion.objects.filter(debate=debate))
            for version in said:
                debate.consent(version, by=mia, at=now)
            yield debate
            harm = Objection("It waits", is_new=True, is_certain=True, remedy="By turns")
            for version in said:
                debate.object(version, harm, by=bram, at=now)
            yield debate
            for version in said:
                debate.withdraw(version, by=bram, at=now)
                debate.consent(version, by=anna, at=now)
            yield debate
            debate.evaluate(at=now + timedelta(days=120))
            yield debate

        return way

    def over(self, debate, until, now):
        yesterday = timezone.localdate() - timedelta(days=1)
        Debate.objects.filter(pk=debate.pk).update(**{until: yesterday})
        debate.run_out(at=now)

    @pytest.fixture
    def asked(self, annas):
        def count(debate) -> int:
            annas.get(page_of(debate))  # what is kept from one request to the next
            with CaptureQueriesContext(connection) as queries:
                annas.get(page_of(debate))
            # A test has a transaction around it, so that of the request is a savepoint.
            return sum("SAVEPOINT" not in query["sql"] for query in queries)

        return count

    STATES = {"requested": 9, "gathering": 11, "challenging": 11, "proposing": 12} | dict.fromkeys(
        ("consenting", "integrating", "decided", "evaluated"), 12
    )

    @pytest.mark.parametrize(("state", "questions"), STATES.items())
    def test_is_as_little_for_many_words_as_for_one(
        self, asked, lead, team, pipeline, now, state, questions
    ):
        publish_period(team, last_closed(PeriodKind.WEEK, now, team.zone), at=now)
        few, many = lead(state, many=False), lead(state, many=True)
        assert few.state == many.state == state

        assert asked(few) == asked(many) == questions

    def test_is_as_little_for_many_before_the_first_report(self, asked, lead, pipeline):
        few, many = (lead("integrating", many=many) for many in (False, True))

        assert asked(few) == asked(many) <= 19
