"""The calendar: a month, a week, or the days that hold something."""

from datetime import date, time
from decimal import Decimal

import pytest

from crm.models import Organization, SavedView
from tests import builders
from tests.builders import planned

pytestmark = pytest.mark.usefixtures("stopped_clock")

URL = "/teams/rijnmond/calendar/"
MONDAY = date(2026, 11, 23)


def shown(page):
    return [
        (day.on.isoformat(), [one.title for one in day.planned])
        for day in page.context["calendar"].days
    ]


class TestWhatItShows:
    def test_a_month_in_whole_weeks(self, annas, deal, anna, now):
        planned(deal, by=anna, at=now, title="Late", due_on=MONDAY, due_time=time(17))
        planned(deal, by=anna, at=now, title="Early", due_on=MONDAY, due_time=time(9))
        planned(deal, by=anna, at=now, title="Some time", due_on=MONDAY)
        planned(deal, by=anna, at=now, title="Next month", due_on=date(2026, 12, 6))
        planned(deal, by=anna, at=now, title="Too late", due_on=date(2026, 12, 7))

        calendar = annas.get(URL).context["calendar"]

        assert calendar.title == "November 2026"
        assert [len(week) for week in calendar.weeks] == [7] * 6
        assert calendar.weeks[0][0].on == date(2026, 10, 26)
        assert [(str(day.on), [one.title for one in day.planned]) for day in calendar.days] == [
            ("2026-11-23", ["Some time", "Early", "Late"]),
            ("2026-12-06", ["Next month"]),
        ]
        assert [day.on for week in calendar.weeks for day in week if day.is_today] == [MONDAY]

    def test_a_week(self, annas, deal, anna, now):
        planned(deal, by=anna, at=now, due_on=date(2026, 11, 29))
        planned(deal, by=anna, at=now, due_on=date(2026, 11, 30))

        page = annas.get(URL, {"look": "week", "on": "2026-11-25"})

        assert shown(page) == [("2026-11-29", ["Call about the yard"])]

    def test_an_agenda_of_four_weeks(self, annas, deal, anna, now):
        planned(deal, by=anna, at=now, due_on=date(2026, 12, 20))
        planned(deal, by=anna, at=now, due_on=date(2026, 12, 21))

        page = annas.get(URL, {"look": "agenda"})

        assert shown(page) == [("2026-12-20", ["Call about the yard"])]
        assert "Sunday 20 December" in page.content.decode()

    def test_mine_or_everybodys(self, annas, deal, anna, bram, now):
        planned(deal, by=anna, at=now, title="Mine", assignee=anna.user)
        planned(deal, by=anna, at=now, title="Brams", assignee=bram.user)

        assert shown(annas.get(URL, {"who": "me"})) == [("2026-11-24", ["Mine"])]
        assert shown(annas.get(URL)) == [("2026-11-24", ["Mine", "Brams"])]

    def test_what_was_dropped_is_gone_and_what_was_done_stays(self, annas, deal, anna, now):
        planned(deal, by=anna, at=now, title="Done").do("", version=1, by=anna, at=now)
        planned(deal, by=anna, at=now, title="Dropped").drop(version=1, by=anna, at=now)

        assert shown(annas.get(URL)) == [("2026-11-24", ["Done"])]

    def test_more_than_a_day_holds_is_told_by_its_number(self, annas, deal, anna, now):
        for number in range(6):
            planned(deal, by=anna, at=now, title=f"Call {number}")

        html = annas.get(URL).content.decode()

        assert "2 more" in html
        assert "Call 4" not in html

    def test_nothing_is_said_to_be_nothing(self, annas, deal):
        assert "Nothing planned here" in annas.get(URL).content.decode()


class TestWalking:
    @pytest.mark.parametrize(
        ("look", "before", "after"),
        [
            ("month", "?on=2026-10-01", "?on=2026-12-01"),
            ("week", "?look=week&on=2026-11-16", "?look=week&on=2026-11-30"),
            ("agenda", "?look=agenda&on=2026-10-26", "?look=agenda&on=2026-12-21"),
        ],
    )
    def test_earlier_and_later(self, annas, deal, look, before, after):
        calendar = annas.get(URL, {"look": look}).context["calendar"]

        assert (calendar.previous_url, calendar.next_url) == (before, after)

    @pytest.mark.parametrize("look", ["month", "week", "agenda"])
    def test_time_has_an_end_and_a_beginning(self, annas, deal, look):
        first = annas.get(URL, {"look": look, "on": "1990-01-01"}).context["calendar"]
        last = annas.get(URL, {"look": look, "on": "2100-12-31"}).context["calendar"]

        assert (first.previous_url, last.next_url) == ("", "")

    def test_the_address_keeps_whose_it_is(self, annas, deal):
        calendar = annas.get(URL, {"who": "me"}).context["calendar"]

        assert calendar.next_url == "?on=2026-12-01&who=me"
        assert calendar.today_url == "?who=me"

    @pytest.mark.parametrize("wish", [{"look": "year"}, {"on": "yesterday"}, {"who": "bram"}])
    def test_what_nobody_can_ask_is_not_there(self, annas, deal, wish):
        assert annas.get(URL, wish).status_code == 404

    def test_a_manager_cannot_ask_whose(self, mias, deal):
        assert mias.get(URL, {"who": "me"}).status_code == 404
        assert "Everybody" not in mias.get(URL).content.decode()


class TestNarrowed:
    @pytest.fixture
    def two(self, pipeline, anna, now):
        """Something planned for a large deal, for a small one, and for a customer."""
        for title, amount in (("Large", 500), ("Small", 5)):
            deal = builders.deal(pipeline, by=anna, at=now, title=title, amount=Decimal(amount))
            planned(deal, by=anna, at=now, title=title)
        acme = Organization.objects.named("Acme")
        about = {"kind": "task", "due_on": MONDAY, "organization": acme}
        anna.team.activities.plan(anna.team, "Tidy", **about, by=anna, at=now)
        return deal

    @pytest.fixture
    def view(self, anna, now):
        asked = {"filter": [[["amount", "at-least", "100"]]], "sort": "-amount", "layout": "board"}
        return SavedView.objects.add("Large ones", asked, own=False, by=anna, at=now)

    def titles(self, page):
        return [title for _day, titles in shown(page) for title in titles]

    @pytest.mark.parametrize("who", ["annas", "mias"])
    def test_shows_what_is_planned_for_the_deals_that_are_asked_for(self, request, two, who):
        page = request.getfixturevalue(who).get(URL, {"filter": "amount:at-least:100"})

        assert self.titles(page) == ["Large"]
        assert "Amount is at least 100" in page.content.decode()

    def test_without_a_question_everything_stands_there(self, annas, two, anna, now):
        builders.won(two, by=anna, at=now)

        for asked in ({}, {"outcome": "open"}, {"outcome": "all"}, {"sort": "title"}):
            assert self.titles(annas.get(URL, asked)) == ["Tidy", "Large", "Small"]

    def test_walking_and_looking_otherwise_keep_it(self, annas, two):
        asked = {"filter": "amount:at-least:100", "look": "week", "who": "me"}

        context = annas.get(URL, asked).context

        urls = [context["calendar"].next_url, context["calendar"].today_url]
        urls += [url for _key, _name, url in (*context["looks"], *context["whose"])]
        assert all("filter=amount:at-least:100" in url for url in urls)
        assert context["clear_url"] == "?look=week&who=me"

    def test_it_survives_going_to_the_list_the_board_and_back(self, annas, two):
        asked = "?filter=amount:at-least:100&columns=title,amount"

        for page in ("deals/", "board/", "calendar/"):
            html = annas.get(f"/teams/rijnmond/{page}{asked}").content.decode()
            for other in ("deals/", "board/", "calendar/"):
                way = f'href="/teams/rijnmond/{other}'
                assert any(f'{way}{end}"' in html for end in self.ends()), (page, other)

    def ends(self):
        asked = ("filter=amount:at-least:100", "columns=title,amount")
        return ["?" + "&amp;".join(each) for each in (asked, asked[::-1])]

    def test_a_view_is_looked_at_here_too(self, annas, two, view):
        page = annas.get(URL, {"view": view.pk, "look": "week"})

        assert self.titles(page) == ["Large"]
        assert (view, f"{URL}?view={view.pk}") in page.context["views"]

    def test_a_filter_is_built_for_it(self, annas, two):
        page = annas.get(URL, {"filter": "amount:at-least:100"})
        assert "to=calendar" in page.context["filter_url"]

        row = {"row0-field": "amount", "row0-operator": "at-least", "row0-value": "9"}
        shown = annas.get("/teams/rijnmond/deals/filter/", row | {"do": "show", "to": "calendar"})

        assert shown["Location"] == f"{URL}?outcome=all&filter=amount:at-least:9"

    def test_one_that_is_kept_here_opens_here(self, annas, two):
        shown = annas.get(URL, {"filter": "amount:at-least:100"})
        layout = shown.context["name_form"]["layout"].value()
        sent = {"name": "Large by day", "layout": layout}
        kept = annas.post("/teams/rijnmond/deals/views/?filter=amount:at-least:100", sent)

        assert kept["Location"] == f"{URL}?view={SavedView.objects.get().pk}"
        assert self.titles(annas.get(f"{kept['Location']}&look=week")) == ["Large"]

    def test_a_view_of_the_board_stays_one(self, annas, two, view):
        sent = {"name": "Large ones", "version": 1, "layout": ""}
        annas.post(f"/teams/rijnmond/deals/views/{view.pk}/?filter=amount:at-least:9", sent)

        view.refresh_from_db()
        assert (view.layout, view.version) == ("board", 2)

    def test_of_one_persons_deals_nothing_is_counted(self, annas, two, anna, now):
        two.take(by=anna, at=now)
        for number in range(6):
            planned(two, by=anna, at=now, title=f"Call {number}")

        assert "3 more" in annas.get(URL, {"filter": "amount:at-most:9"}).content.decode()
        html = annas.get(URL, {"owner": "me"}).content.decode()
        assert "3 more" not in html
        assert "More" in html

    def test_nothing_of_another_team(self, annas, mias, two, carla):
        assert annas.get(URL, {"filter": f"owner:is:{carla.user_id}"}).status_code == 404
        assert mias.get(URL, {"owner": "me"}).status_code == 404
        assert annas.get(URL, {"filter": "x"}).status_code == 404
        assert annas.get(URL, {"view": "0"}).status_code == 404


@pytest.mark.parametrize("many", [1, 6])
@pytest.mark.parametrize("look", ["month", "agenda"])
def test_costs_the_same_however_much_there_is(
    annas, deal, anna, now, django_assert_num_queries, look, many
):
    for _ in range(many):
        planned(deal, by=anna, at=now, assignee=anna.user)

    # Session, person, place, the wall, what is planned, the saved views, and the frame; the
    # savepoint.
    with django_assert_num_queries(10):
        annas.get(URL, {"look": look, "filter": "amount:empty"})
