"""Saved views: kept under a name, opened, changed, deleted and brought back."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from crm.models import Deal, SavedView
from crm.models.view import MOST_OF_A_KIND
from crm.refusals import StaleView, ViewError
from teams import story
from teams.models import LogEntry
from tests import builders

pytestmark = pytest.mark.usefixtures("stopped_clock")

LIST = "/teams/rijnmond/deals/"
VIEWS = LIST + "views/"
LARGE = {"filter": [[["amount", "at-least", "100"]]], "sort": "-amount", "layout": "list"}


@pytest.fixture
def keep(anna, now):
    def keep(name="Large", *, own=False, by=anna, **asked):
        return SavedView.objects.add(name, LARGE | asked, own=own, by=by, at=now)

    return keep


@pytest.fixture
def deals(pipeline, anna, now):
    for title, amount in (("tiny", 5), ("large", 500), ("larger", 5000)):
        builders.deal(pipeline, by=anna, at=now, title=title, amount=Decimal(amount))


class TestTheRule:
    def test_the_team_reads_in_the_logbook_what_became_of_its_views(self, keep, anna, now):
        view = keep()
        view.change("Larger", LARGE, version=1, by=anna, at=now)
        view.discard(by=anna, at=now)
        view.undo(version=3, by=anna, at=now)

        told = [story.line(entry) for entry in LogEntry.objects.about(view).order_by("pk")]

        assert told == [
            "The team has a view “Large”.",
            "The view “Larger” was changed.",
            "The view “Larger” was deleted.",
            "The view “Larger” is back.",
        ]

    def test_what_one_keeps_for_oneself_is_told_to_nobody(self, keep, anna, now):
        view = keep(own=True)
        view.discard(by=anna, at=now)

        assert not LogEntry.objects.filter(kind__startswith="crm.view").exists()

    def test_a_name_is_there_once_for_the_team_and_once_for_each_person(self, keep, bram):
        keep()
        keep(own=True)
        keep(own=True, by=bram)

        for again in ({}, {"own": True}, {"name": " large "}):
            with pytest.raises(ViewError, match="already"):
                keep(**again)

    @pytest.mark.parametrize("name", ["", " ", "\u200b"])
    def test_a_view_has_a_name(self, keep, name):
        with pytest.raises(ViewError, match="name"):
            keep(name)

    def test_there_is_an_end_to_what_can_be_kept(self, keep):
        for number in range(MOST_OF_A_KIND):
            keep(str(number))

        with pytest.raises(ViewError, match="many"):
            keep()

    def test_who_comes_second_changes_nothing(self, keep, anna, bram, now):
        view, same = keep(), SavedView.objects.get()
        view.change("Larger", LARGE, version=1, by=anna, at=now)

        with pytest.raises(StaleView):
            same.change("Largest", LARGE, version=1, by=bram, at=now)

        assert SavedView.objects.get().name == "Larger"

    def test_what_is_gone_is_not_deleted_twice(self, keep, anna, now):
        view = keep()
        view.discard(by=anna, at=now)

        with pytest.raises(StaleView):
            view.discard(by=anna, at=now)

    @pytest.mark.parametrize("own", [True, False], ids=["ones own", "the team's"])
    def test_its_last_change_is_taken_back_and_made_once_more(self, keep, anna, now, own):
        view = keep(own=own)
        view.change("Rest", LARGE | {"filter": [], "layout": "board"}, version=1, by=anna, at=now)

        view.undo(version=2, by=anna, at=now)
        assert (view.name, view.filter, view.layout) == ("Large", LARGE["filter"], "list")

        view.undo(version=3, by=anna, at=now)
        view.refresh_from_db()
        assert (view.name, view.filter, view.layout) == ("Rest", [], "board")

    def test_a_deletion_is_taken_back_and_made_once_more(self, keep, anna, now):
        view = keep()
        view.discard(by=anna, at=now)

        view.undo(version=2, by=anna, at=now)
        assert SavedView.objects.kept().get() == view

        view.undo(version=3, by=anna, at=now)
        assert not SavedView.objects.kept().exists()
        told = [story.line(entry) for entry in LogEntry.objects.about(view).order_by("pk")]
        assert told[-2:] == ["The view “Large” is back.", "The view “Large” was deleted."]

    def test_what_was_never_changed_or_was_changed_since_stays(self, keep, anna, bram, now):
        view = keep()
        with pytest.raises(StaleView):
            view.undo(version=1, by=anna, at=now)
        view.change("Larger", LARGE, version=1, by=anna, at=now)
        view.change("Largest", LARGE, version=2, by=bram, at=now)

        with pytest.raises(StaleView, match="since"):
            view.undo(version=2, by=anna, at=now)

        assert SavedView.objects.get().name == "Largest"

    def test_a_name_that_was_given_away_meanwhile_is_not_taken_back(self, keep, anna, now):
        view = keep()
        view.discard(by=anna, at=now)
        keep()

        with pytest.raises(ViewError, match="already"):
            view.undo(version=2, by=anna, at=now)

        assert SavedView.objects.kept().get() != view

    def test_the_database_keeps_the_names_apart(self, keep, team):
        view = keep()

        for bad in ({"name": ""}, {"layout": "pile"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                SavedView.objects.filter(pk=view.pk).update(**bad)


class TestTheList:
    def test_a_view_is_kept_and_opened(self, annas, deals):
        answer = annas.post(
            VIEWS + "?filter=amount:at-least:100&sort=-amount", {"name": "Large", "whose": "team"}
        )

        view = SavedView.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?view={view.pk}")
        assert (view.name, view.person, view.sort) == ("Large", None, "-amount")
        page = annas.get(answer["Location"])
        assert [row.title for row in page.context["rows"]] == ["larger", "large"]
        assert "Amount is at least 100" in page.content.decode()
        assert "Change this view" in page.content.decode()

    def test_the_links_of_its_page_keep_it(self, annas, deals, keep):
        page = annas.get(LIST, {"view": keep().pk})

        for url in filter(None, (heading.url for heading in page.context["headings"])):
            again = annas.get(LIST + url)
            assert again.context["view"] == page.context["view"]
            assert len(again.context["rows"]) == 2

    def test_it_is_changed_to_what_is_shown(self, annas, deals, keep):
        view = keep()

        annas.post(f"{VIEWS}{view.pk}/?filter=amount:empty", {"name": "Unknown", "version": 1})

        view.refresh_from_db()
        assert view.name == "Unknown"
        assert [["amount", "empty", ""]] in view.filter

    def test_who_comes_second_keeps_what_was_typed(self, annas, deals, keep, anna, now):
        view = keep()
        view.change("Larger", LARGE, version=1, by=anna, at=now)

        answer = annas.post(f"{VIEWS}{view.pk}/?view={view.pk}", {"name": "Mine", "version": 1})

        assert answer.status_code == 409
        assert 'value="Mine"' in answer.content.decode()
        assert SavedView.objects.get().name == "Larger"

    def test_it_is_deleted_and_brought_back(self, annas, deals, keep):
        view = keep()

        page = annas.post(f"{VIEWS}{view.pk}/deletion/", follow=True)
        undo = f"{VIEWS}{view.pk}/versions/2/undo/"
        assert f'action="{undo}"' in page.content.decode()
        assert annas.get(LIST, {"view": view.pk}).status_code == 404

        page = annas.post(undo, follow=True)
        assert "“Large” is back." in page.content.decode()
        assert page.context["view"] == view
        redo = f"{VIEWS}{view.pk}/versions/3/undo/"
        assert f'action="{redo}"' in page.content.decode()

        page = annas.post(redo, follow=True)
        assert "“Large” is deleted." in page.content.decode()
        assert "changed this view since" in annas.post(undo, follow=True).content.decode()

    def test_a_change_is_taken_back_where_it_is_told(self, annas, deals, keep):
        view = keep(own=True)
        change = f"{VIEWS}{view.pk}/?filter=amount:empty"
        page = annas.post(change, {"name": "Unknown", "version": 1}, follow=True)
        undo = f"{VIEWS}{view.pk}/versions/2/undo/"
        assert f'action="{undo}"' in page.content.decode()

        annas.post(undo)

        view.refresh_from_db()
        assert (view.name, view.filter) == ("Large", LARGE["filter"])

    def test_a_name_that_is_taken_is_said_beside_it(self, annas, deals, keep):
        keep()

        answer = annas.post(VIEWS, {"name": "Large", "whose": "team"})

        assert answer.status_code == 422
        assert "There is a view “Large” already." in answer.content.decode()

    def test_ones_own_is_nobody_elses(self, annas, brams, keep, pipeline):
        view = keep("For me", own=True)

        assert "For me" in annas.get(LIST).content.decode()
        assert "For me" not in brams.get(LIST).content.decode()
        assert brams.get(LIST, {"view": view.pk}).status_code == 404
        assert brams.post(f"{VIEWS}{view.pk}/deletion/").status_code == 404
        assert brams.post(f"{VIEWS}{view.pk}/versions/1/undo/").status_code == 404

    def test_a_manager_opens_the_teams_views_but_none_about_a_person(self, mias, keep, pipeline):
        large = keep()
        mine = keep("Mine", filter=[[["owner", "is", "me"]]])

        page = mias.get(LIST).content.decode()

        assert "Large" in page
        assert "Mine" not in page
        assert mias.get(LIST, {"view": large.pk}).status_code == 200
        assert mias.get(LIST, {"view": mine.pk}).status_code == 404

    def test_what_is_no_longer_there_is_left_out_kindly(self, annas, deals, keep):
        view = keep(filter=[[["stage", "is", "0"]], [["amount", "at-least", "100"]]])

        page = annas.get(LIST, {"view": view.pk})

        assert "no longer there" in page.content.decode()
        assert len(page.context["rows"]) == 2

    @pytest.mark.parametrize("key", ["x", "0", "9" * 30, "-1"])
    def test_a_view_that_is_not_there(self, annas, deals, key):
        assert annas.get(LIST, {"view": key}).status_code == 404


class TestTheBoard:
    BOARD = "/teams/rijnmond/board/"

    def test_shows_only_what_is_asked_and_counts_it(self, annas, deals, stages):
        page = annas.get(self.BOARD, {"filter": "amount:at-least:100"})

        column = page.context["columns"][0]
        assert [card.title for card in column.cards] == ["large", "larger"][::-1]
        assert (column.count, column.total) == (2, 5500)
        assert page.context["summary"].open_count == 2
        html = page.content.decode()
        assert "Amount is at least 100" in html
        assert f'href="{self.BOARD}"' in html
        assert "deals/?filter=amount:at-least:100" in html

    def test_of_one_persons_cards_no_figure_is_given(self, annas, deals, anna, now):
        Deal.objects.update(owner=anna.user)

        page = annas.get(self.BOARD, {"owner": "me"})

        assert len(page.context["columns"][0].cards) == 3
        assert not page.context["columns"][0].tells
        assert not page.context["summary"].tells
        assert "5.5k" not in page.content.decode()

    def test_after_a_move_the_columns_are_drawn_as_they_were_asked(self, annas, deals, stages):
        deal = Deal.objects.get(title="large")
        seen = f"http://testserver{self.BOARD}?filter=amount:at-least:100"

        answer = annas.post(
            f"{LIST}{deal.number}/stage/",
            {"stage": stages[1].pk, "seen_in": stages[0].pk},
            headers={"HX-Request": "true", "HX-Current-URL": seen},
        )

        assert answer.status_code == 200
        assert "tiny" not in answer.content.decode()

    @pytest.mark.parametrize("query", ["filter=x", "view=0", "owner=x"])
    def test_a_page_that_is_no_longer_there_stops_no_move(self, annas, deals, stages, query):
        deal = Deal.objects.get(title="large")

        answer = annas.post(
            f"{LIST}{deal.number}/stage/",
            {"stage": stages[1].pk, "seen_in": stages[0].pk},
            headers={"HX-Request": "true", "HX-Current-URL": f"http://x{self.BOARD}?{query}"},
        )

        assert answer.status_code == 200
        deal.refresh_from_db()
        assert deal.stage == stages[1]

    @pytest.mark.parametrize("who", ["annas", "mias"])
    def test_what_nobody_can_ask_is_not_there(self, request, deals, who):
        client = request.getfixturevalue(who)

        assert client.get(self.BOARD, {"filter": "x"}).status_code == 404
        assert client.get(self.BOARD, {"filter": "owner:is:me"}).status_code == (
            200 if who == "annas" else 404
        )


class TestBuilding:
    BUILD = LIST + "filter/"

    def rows(self, *rows, **more):
        data = dict(more)
        for number, row in enumerate(rows):
            for name, text in row.items():
                data[f"row{number}-{name}"] = text
        return data

    def test_begins_with_what_is_shown(self, annas, deals):
        page = annas.get(self.BUILD, {"filter": "amount:between:1..2.50|source:empty"})

        rows = [(row.asked.key, row["join"].value()) for row in page.context["rows"]]
        assert rows == [("outcome", "and"), ("amount", "and"), ("source", "or")]
        assert 'value="2.50"' in page.content.decode()

    def test_adds_a_condition_and_leaves_one_out(self, annas, deals):
        amount = {"field": "amount", "operator": "at-least", "value": "x"}

        page = annas.get(self.BUILD, self.rows(amount, do="add", new="source"))
        assert [row.asked.key for row in page.context["rows"]] == ["amount", "source"]
        assert 'value="x"' in page.content.decode()

        page = annas.get(self.BUILD, self.rows(amount, {"field": "source"}, do="remove-0"))
        assert [row.asked.key for row in page.context["rows"]] == ["source"]

    def test_another_way_to_compare_has_other_fields(self, annas, deals):
        row = {"field": "amount", "operator": "between", "value": "5"}

        page = annas.get(self.BUILD, self.rows(row), headers={"HX-Request": "true"})

        assert "row0-until" in page.content.decode()
        assert "<html" not in page.content.decode()

    def test_leads_to_the_list_with_the_filter_in_its_address(self, annas, deals):
        rows = [
            {"field": "amount", "operator": "at-least", "value": "1,000"},
            {"field": "source", "operator": "empty", "join": "or"},
            {"field": "step", "operator": "is", "value": "none"},
        ]

        answer = annas.get(self.BUILD, self.rows(*rows, do="show", sort="title"))

        assert answer["Location"] == (
            f"{LIST}?outcome=all&step=none&filter=amount:at-least:1000%7Csource:empty&sort=title"
        )

    def test_leads_back_to_the_board(self, annas, deals):
        row = {"field": "outcome", "operator": "is", "value": "open"}

        answer = annas.get(self.BUILD, self.rows(row, do="show", to="board"))

        assert answer["Location"] == "/teams/rijnmond/board/?"

    @pytest.mark.parametrize(
        "row",
        [
            {"field": "amount", "operator": "at-least", "value": "1e3"},
            {"field": "amount", "operator": "between", "value": "5", "until": "1"},
            {"field": "amount", "operator": "about", "value": "5"},
            {"field": "closed", "operator": "is", "value": "2026-02-30"},
            {"field": "stage", "operator": "is", "value": "0"},
            {"field": "source", "operator": "is", "value": ""},
        ],
        ids=str,
    )
    def test_what_cannot_be_asked_is_said_beside_it(self, annas, deals, row):
        answer = annas.get(self.BUILD, self.rows(row, do="show"))

        assert answer.status_code == 422
        assert "errorlist" in answer.content.decode()

    @pytest.mark.parametrize("do", ["x", "remove-x", "remove-99", "remove--1", "add", "show"])
    def test_nothing_that_arrives_breaks_the_page(self, mias, deals, do):
        data = self.rows({"field": "owner", "operator": "is", "value": "me"}, do=do, new="owner")

        assert mias.get(self.BUILD, data).status_code in {200, 302}
        assert mias.get(self.BUILD, {"filter": "owner:is:me"}).status_code == 404
