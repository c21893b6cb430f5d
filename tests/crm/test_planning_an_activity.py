"""What the team means to do: planned, changed, done, dropped, and the next step that follows it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.contrib.messages import get_messages

from crm.duties import activities_due, steps_due
from crm.models import Activity, Contact, Organization, StaleWork, WorkError
from crm.reminders import remind
from teams.models import Job, LogEntry, OutgoingMail
from tests import builders
from tests.builders import planned

pytestmark = pytest.mark.usefixtures("stopped_clock")

DEAL = "/teams/rijnmond/deals/1/"
API = "/api/v1/teams/rijnmond/activities/"
TODAY = date(2026, 11, 23)
TOMORROW = date(2026, 11, 24)
DAY = timedelta(days=1)


def words(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.fixture
def call(deal, anna, now):
    """Anna will call tomorrow: the next step of the deal."""
    return planned(deal, by=anna, at=now, assignee=anna.user)


class TestTheNextStep:
    def test_what_is_planned_first_is_the_next_step(self, call, deal):
        deal.refresh_from_db()
        assert call.is_next_step
        assert (deal.next_step, deal.next_step_on) == ("Call about the yard", TOMORROW)

    def test_what_is_planned_beside_it_is_not(self, call, deal, bram, now):
        second = planned(deal, by=bram, at=now, title="Visit")

        deal.refresh_from_db()
        assert (second.is_next_step, deal.next_step) == (False, "Call about the yard")

    def test_it_follows_another_plan(self, call, deal, anna, now):
        call.change({"title": "Mail instead", "due_on": TODAY}, version=1, by=anna, at=now)

        deal.refresh_from_db()
        assert (deal.next_step, deal.next_step_on) == ("Mail instead", TODAY)
        assert Activity.objects.get().is_next_step

    def test_done_it_is_cleared(self, call, deal, bram, now):
        call.do(" Jan says yes \n", version=1, by=bram, at=now)

        deal.refresh_from_db()
        call.refresh_from_db()
        assert (deal.next_step, deal.next_step_on) == ("", None)
        assert (call.done_by, call.outcome_note) == (bram.user, " Jan says yes")
        entry = LogEntry.objects.about(call).newest_first()[0]
        assert entry.kind == "crm.activity.done"
        assert "Jan" not in str(entry.details)

    def test_dropped_it_is_cleared_and_reopened_it_is_back(self, call, deal, anna, now):
        call.drop(version=1, by=anna, at=now)
        deal.refresh_from_db()
        assert deal.next_step == ""

        call.reopen(by=anna, at=now)

        deal.refresh_from_db()
        assert (call.is_next_step, deal.next_step) == (True, "Call about the yard")

    def test_a_step_by_hand_takes_its_place(self, call, deal, anna, now):
        deal.plan_step("Wait for Jan", None, by=anna, at=now)

        call.refresh_from_db()
        assert not call.is_next_step
        call.do("", version=call.version, by=anna, at=now)
        deal.refresh_from_db()
        assert deal.next_step == "Wait for Jan"

    def test_of_a_closed_deal_nothing_is_next(self, call, deal, anna, now):
        builders.won(deal, by=anna, at=now)

        late = planned(deal, by=anna, at=now, title="Say thank you")
        call.change({"title": "Call"}, version=1, by=anna, at=now)
        call.do("", version=2, by=anna, at=now)

        assert not late.is_next_step
        assert call.done_at == now


class TestPlanning:
    def test_it_is_about_a_deal_or_a_customer(self, team, anna, now):
        acme, jan = Organization.objects.named("Acme"), Contact.objects.create(name="Jan")
        how = {"kind": "call", "due_on": TODAY, "by": anna, "at": now}

        assert Activity.objects.plan(team, "Call", organization=acme, **how).about == "Acme"
        assert Activity.objects.plan(team, "Call", contact=jan, **how).about == "Jan"
        with pytest.raises(WorkError, match="which deal or customer"):
            Activity.objects.plan(team, "Call", **how)

    def test_it_has_a_title_and_is_done_by_the_team(self, deal, anna, carla, now):
        with pytest.raises(WorkError, match="what is to be done"):
            planned(deal, by=anna, at=now, title="\u200b")
        with pytest.raises(WorkError, match="not of the team"):
            planned(deal, by=anna, at=now, assignee=carla.user)

    def test_nothing_new_writes_nothing(self, call, anna, now):
        assert call.change({"title": " Call  about the yard"}, version=9, by=anna, at=now) is None

    def test_an_older_version_is_refused(self, call, anna, bram, now):
        call.change({"due_time": time(9)}, version=1, by=anna, at=now)

        for verb in (call.drop, lambda **how: call.do("", **how)):
            with pytest.raises(StaleWork):
                verb(version=1, by=bram, at=now)

    def test_what_is_open_is_not_opened(self, call, anna, now):
        with pytest.raises(StaleWork, match="still to be done"):
            call.reopen(by=anna, at=now)

    def test_who_leaves_hands_it_back(self, call, deal, anna, bram, now):
        done = planned(deal, by=anna, at=now, assignee=anna.user)
        done.do("", version=1, by=anna, at=now)
        his = planned(deal, by=anna, at=now, assignee=bram.user)

        anna.leave(by=None, at=now + DAY)

        assert [Activity.objects.get(pk=one.pk).assignee for one in (call, done, his)] == [
            None,
            anna.user,
            bram.user,
        ]


class TestReminding:
    @pytest.mark.parametrize(
        ("reminder", "clock", "moment"),
        [
            ("same day", None, datetime(2026, 11, 24, 7, tzinfo=UTC)),
            ("day before", None, datetime(2026, 11, 23, 7, tzinfo=UTC)),
            ("hour before", time(14, 30), datetime(2026, 11, 24, 12, 30, tzinfo=UTC)),
            ("hour before", None, datetime(2026, 11, 24, 7, tzinfo=UTC)),
            ("", time(14, 30), None),
        ],
    )
    def test_the_moment(self, call, reminder, clock, moment):
        call.reminder, call.due_time = reminder, clock

        assert call.remind_at == moment

    @pytest.mark.parametrize(
        ("day", "clock", "moment"),
        [
            # In the night in which the clock jumps from two to three.
            (date(2026, 3, 29), time(3, 30), datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
            # Half past two is not there that night: it is half past three.
            (date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
            # Half past two is there twice: the first is meant.
            (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 24, 23, 30, tzinfo=UTC)),
        ],
    )
    def test_the_night_in_which_the_clock_is_moved(self, call, day, clock, moment):
        call.reminder, call.due_on, call.due_time = "hour before", day, clock

        assert call.remind_at == moment

    def test_one_mail_with_a_link_and_no_word_of_it(self, call, anna, now):
        call.change({"reminder": "same day"}, version=1, by=anna, at=now)
        job = Job.objects.get(kind="crm.remind")

        remind(at=job.run_at, **job.payload)

        mail = OutgoingMail.objects.get()
        assert mail.recipient == anna.user.email
        assert f"/teams/rijnmond/activities/{call.pk}/" in mail.text
        assert "yard" not in mail.subject + mail.text

    @pytest.mark.parametrize("meanwhile", ["done", "another day", "nobody"])
    def test_what_changed_meanwhile_is_not_reminded_of(self, call, anna, now, meanwhile):
        call.change({"reminder": "same day"}, version=1, by=anna, at=now)
        job = Job.objects.get(kind="crm.remind")
        if meanwhile == "done":
            call.do("", version=2, by=anna, at=now)
        elif meanwhile == "nobody":
            call.change({"assignee": None}, version=2, by=anna, at=now)
        else:
            call.change({"due_on": TOMORROW + DAY}, version=2, by=anna, at=now)

        remind(at=job.run_at, **job.payload)

        assert not OutgoingMail.objects.exists()

    def test_what_is_over_already_is_not_put_in_the_book(self, deal, anna, now):
        planned(deal, by=anna, at=now, due_on=TODAY, reminder="same day")  # it is ten already

        assert not Job.objects.filter(kind="crm.remind").exists()


class TestDuties:
    def test_what_is_mine_or_nobodys_is_due_and_no_step_twice(self, deal, anna, bram, team, now):
        deal.take(by=anna, at=now)
        planned(deal, by=anna, at=now, title="Bram calls", due_on=TODAY, assignee=bram.user)
        planned(deal, by=anna, at=now, title="Somebody mails", due_on=TODAY - DAY)
        planned(deal, by=anna, at=now, title="Later", due_on=TOMORROW)

        annas = list(activities_due(anna.user, team, TODAY))

        assert [(duty.what, duty.is_late) for duty in annas] == [("Somebody mails", True)]
        assert list(steps_due(anna.user, team, TODAY)) == []
        assert [duty.what for duty in activities_due(bram.user, team, TODAY)] == ["Bram calls"]


class TestThePage:
    def plan(self, client, **changes):
        sent = {"title": "Visit", "kind": "visit", "due_on": "2026-11-24", "due_time": "09:30"}
        return client.post(f"{DEAL}activities/", sent | changes)

    def test_it_stands_on_the_page_of_the_deal(self, annas, deal, anna):
        answer = self.plan(annas, assignee=anna.user.pk)

        assert (answer.status_code, words(answer)) == (302, ["Planned: Visit"])
        (one,) = annas.get(DEAL).context["planned"]
        assert (one.title, one.time_text, one.who) == ("Visit", "09:30", anna.user)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("title", ""),
            ("title", "x" * 121),
            ("kind", "dance"),
            ("due_on", ""),
            ("due_on", "1989-12-31"),
            ("due_time", "25:00"),
            ("assignee", "0"),
            ("reminder", "always"),
        ],
    )
    def test_nonsense_comes_back_with_the_word_beside_its_field(self, annas, deal, field, value):
        answer = self.plan(annas, **{field: value})

        assert answer.status_code == 422
        assert set(answer.context["plan_form"].errors) == {field}

    def test_doing_it_asks_what_is_next(self, annas, call):
        url = f"/teams/rijnmond/activities/{call.pk}/completion/"

        answer = annas.post(url, {"version": 1, "outcome_note": "Jan says yes"})

        assert answer.url == f"{DEAL}?ask=next"
        page = annas.get(answer.url)
        assert page.context["asks_next"]
        assert "Jan says yes" in page.content.decode()

    @pytest.mark.parametrize("way", ["completion", "removal"])
    def test_what_is_done_or_dropped_can_be_undone(self, annas, call, way):
        answer = annas.post(f"/teams/rijnmond/activities/{call.pk}/{way}/", {"version": 1})
        (message,) = get_messages(answer.wsgi_request)

        annas.post(message.extra_tags.removeprefix("undo:"))

        call.refresh_from_db()
        assert call.is_open
        assert call.is_next_step

    def test_who_comes_second_sees_both_plans(self, annas, call, bram, now):
        call.change({"title": "Brams"}, version=1, by=bram, at=now)
        sent = {"title": "Annas", "kind": "call", "due_on": "2026-11-24", "version": 1}

        answer = annas.post(f"/teams/rijnmond/activities/{call.pk}/", sent)

        assert answer.status_code == 409
        assert answer.context["change_form"].errors["title"] == ["It now says: Brams"]

    def test_dropped_and_done_after_all(self, annas, call):
        url = f"/teams/rijnmond/activities/{call.pk}/"

        assert "Drop" in words(annas.post(f"{url}removal/", {"version": 1}))[0]
        assert "a moment ago" in words(annas.post(f"{url}removal/", {"version": 1}))[-1]
        assert annas.post(f"{url}removal/", {"version": "x"}).status_code == 302
        assert annas.post(f"{url}reopening/").status_code == 302
        assert Activity.objects.open().get() == call

    @pytest.mark.parametrize("path", ["", "completion/"])
    def test_nonsense_on_its_own_page(self, annas, call, path):
        url = f"/teams/rijnmond/activities/{call.pk}/{path}"

        assert annas.post(url, {"version": "x"}).status_code == 422

    def test_a_manager_reads_what_and_not_who(self, mias, call, anna, now):
        call.do("Jan says yes", version=1, by=anna, at=now)

        for url in (f"/teams/rijnmond/activities/{call.pk}/", DEAL, "/teams/rijnmond/calendar/"):
            html = mias.get(url).content.decode()
            assert "Call about the yard" in html
            assert "Jan says yes" not in html
            assert "Anna" not in html


class TestTheApi:
    def send(self, client, method="post", path="", **body):
        return getattr(client, method)(f"{API}{path}", body, content_type="application/json")

    def test_planned_changed_done_and_opened_again(self, annas, deal, anna):
        made = self.send(
            annas, title="Call", kind="call", due_on="2026-11-24", due_time="09:30", deal=deal.pk
        )
        assert made.status_code == 201
        path = f"{made.json()['id']}/"

        changed = self.send(annas, "patch", path, assignee=anna.user.pk, version=1).json()
        done = self.send(annas, path=f"{path}completion/", version=2, outcome_note="Yes").json()
        again = self.send(annas, path=f"{path}reopening/").json()
        dropped = self.send(annas, path=f"{path}removal/", version=again["version"]).json()

        assert (changed["assignee"]["name"], changed["due_time"]) == ("Anna", "09:30")
        assert (done["done_by"]["name"], done["outcome_note"]) == ("Anna", "Yes")
        assert (again["done_at"], again["is_next_step"]) == (None, True)
        assert dropped["dropped_at"]
        assert annas.get(f"{API}{path}").json() == dropped

    def test_the_calendar(self, annas, mias, call):
        found = annas.get(API, {"look": "week", "who": "me"}).json()

        assert (found["first"], found["last"]) == ("2026-11-23", "2026-11-29")
        assert [one["title"] for one in found["results"]] == ["Call about the yard"]
        assert mias.get(API, {"who": "me"}).status_code == 400
        assert "assignee" not in mias.get(API).json()["results"][0]

    def test_who_comes_second_gets_both_back(self, annas, call, bram, now):
        call.change({"title": "Brams"}, version=1, by=bram, at=now)

        answer = self.send(annas, "patch", f"{call.pk}/", title="Annas", version=1)

        assert (answer.status_code, answer.json()["theirs"]["title"]) == (409, "Brams")

    @pytest.mark.parametrize("about", ["deal", "organization", "contact", "assignee"])
    def test_only_what_is_the_teams(self, annas, deal, other_team, carla, now, about):
        theirs = builders.deal(
            builders.pipeline(other_team, at=now), by=carla, at=now, customer="Zilver"
        )
        pk = {
            "deal": theirs.pk,
            "organization": theirs.organization_id,
            "contact": Contact.objects.create(name="Eva").pk,
            "assignee": carla.user.pk,
        }[about]

        answer = self.send(annas, title="x", kind="call", due_on="2026-11-24", **{about: pk})

        assert (answer.status_code, list(answer.json())) == (400, [about])
