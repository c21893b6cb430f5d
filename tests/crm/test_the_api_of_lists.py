"""What a list of deals is good for, for programs: views, changes of many, files."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from crm import exports
from crm.bulk import AT_ONCE
from crm.models import BulkEdit, Deal, Export, SavedView
from teams.models import Job, LogEntry
from tests import builders
from tests.crm.test_the_api import API, send

pytestmark = pytest.mark.usefixtures("stopped_clock")

VIEWS = "/deals/views/"
LARGE = {"name": "Large", "filter": ["amount:at-least:100"], "sort": "-amount"}


@pytest.fixture
def deals(pipeline, anna, now):
    return [
        builders.deal(pipeline, by=anna, at=now, title=title, amount=Decimal(amount))
        for title, amount in (("tiny", 5), ("large", 500), ("larger", 5000))
    ]


def numbers(answer):
    return [deal["number"] for deal in answer.json()["results"]]


class TestViews:
    def test_a_question_is_kept_and_its_deals_are_read(self, annas, deals):
        made = send(annas, "post", VIEWS, LARGE)

        view = SavedView.objects.get()
        assert made.status_code == 201
        assert made.json() == {
            "id": view.pk,
            "name": "Large",
            "own": False,
            "filter": ["amount:at-least:100"],
            "sort": "-amount",
            "columns": [],
            "layout": "list",
            "version": 1,
            "deals": f"{API}/deals/?view={view.pk}",
        }
        assert annas.get(f"{API}{VIEWS}").json() == [made.json()]
        assert numbers(annas.get(made.json()["deals"])) == [3, 2]

    def test_alternatives_are_read_and_shown_alike(self, annas, deals):
        lines = [r"title:is:a\|b|title:is:large", "outcome:is:open"]

        made = send(annas, "post", VIEWS, {"name": "Odd", "filter": lines, "own": True})

        assert (made.json()["filter"], made.json()["own"]) == (lines, True)
        assert numbers(annas.get(made.json()["deals"])) == [2]

    def test_the_page_opens_what_a_program_kept(self, annas, deals):
        key = send(annas, "post", VIEWS, LARGE).json()["id"]

        page = annas.get(f"/teams/rijnmond/deals/?view={key}").content.decode()

        assert "larger" in page
        assert "tiny" not in page

    def test_its_columns_are_those_of_the_page(self, annas, deals):
        made = send(annas, "post", VIEWS, LARGE | {"columns": ["amount", "amount"]}).json()
        page = annas.get(f"/teams/rijnmond/deals/?view={made['id']}")

        assert made["columns"] == ["title", "amount"]
        assert [head.key for head in page.context["headings"]] == ["title", "amount"]
        asked = {"version": 1, "columns": [], "layout": "calendar"}
        usual = send(annas, "patch", f"{VIEWS}{made['id']}/", asked).json()
        assert (usual["columns"], usual["layout"]) == ([], "calendar")

    def test_what_one_keeps_for_oneself_is_read_by_nobody_else(self, annas, brams, mias, deals):
        key = send(annas, "post", VIEWS, LARGE | {"own": True}).json()["id"]

        for other in (brams, mias):
            assert other.get(f"{API}{VIEWS}").json() == []
            assert other.get(f"{API}/deals/?view={key}").status_code == 404

    def test_a_manager_is_shown_no_view_that_asks_for_a_person(self, annas, mias, deals):
        send(annas, "post", VIEWS, {"name": "Mine", "filter": ["owner:is:me"]})
        send(annas, "post", VIEWS, LARGE)

        assert [view["name"] for view in mias.get(f"{API}{VIEWS}").json()] == ["Large"]

    def test_is_changed_removed_and_brought_back(self, annas, deals):
        key = send(annas, "post", VIEWS, LARGE).json()["id"]

        changed = send(
            annas,
            "patch",
            f"{VIEWS}{key}/",
            {"version": 1, "name": "Tiny", "filter": ["amount:at-most:10"]},
        )
        assert (changed.json()["version"], changed.json()["sort"]) == (2, "-amount")
        assert numbers(annas.get(f"{API}/deals/?view={key}")) == [1]
        assert send(annas, "post", f"{VIEWS}{key}/removal/").status_code == 200
        assert annas.get(f"{API}{VIEWS}").json() == []
        assert annas.get(f"{API}/deals/?view={key}").status_code == 404
        assert send(annas, "post", f"{VIEWS}{key}/removal/").status_code == 409
        back = send(annas, "post", f"{VIEWS}{key}/versions/3/undo/").json()
        assert (back["name"], back["version"]) == ("Tiny", 4)
        assert send(annas, "post", f"{VIEWS}{key}/versions/3/undo/").status_code == 409

    def test_a_change_is_taken_back(self, annas, deals):
        key = send(annas, "post", VIEWS, LARGE).json()["id"]
        send(annas, "patch", f"{VIEWS}{key}/", {"version": 1, "name": "Tiny", "filter": []})

        back = send(annas, "post", f"{VIEWS}{key}/versions/2/undo/").json()

        assert (back["name"], back["filter"]) == (LARGE["name"], LARGE["filter"])

    def test_another_name_leaves_the_question(self, annas, deals):
        key = send(annas, "post", VIEWS, LARGE).json()["id"]

        renamed = send(annas, "patch", f"{VIEWS}{key}/", {"version": 1, "name": "Dear"}).json()

        assert (renamed["name"], renamed["filter"]) == ("Dear", LARGE["filter"])

    def test_who_comes_second_gets_both(self, annas, deals):
        key = send(annas, "post", VIEWS, LARGE).json()["id"]
        send(annas, "patch", f"{VIEWS}{key}/", {"version": 1, "name": "Larger"})

        late = send(annas, "patch", f"{VIEWS}{key}/", {"version": 1, "name": "Largest"})

        assert late.status_code == 409
        told = late.json()
        assert (told["yours"]["name"], told["theirs"]["name"]) == ("Largest", "Larger")

    @pytest.mark.parametrize(
        ("sent", "named"),
        [
            ({"filter": ["nothing:is:1"]}, "filter"),
            ({"filter": ["amount:at-least:1e3"]}, "filter"),
            ({"filter": ["title:is:a"] * 11}, "filter"),
            ({"sort": "owner"}, "sort"),
            ({"columns": ["title", "nothing"]}, "columns"),
            ({"columns": "title"}, "columns"),
            ({"layout": "pile"}, "layout"),
            ({"whose": "me"}, "whose"),
        ],
        ids=str,
    )
    def test_what_nobody_can_ask_is_named(self, annas, deals, sent, named):
        answer = send(annas, "post", VIEWS, LARGE | sent)

        assert (answer.status_code, list(answer.json())) == (400, [named])
        assert not SavedView.objects.exists()

    def test_a_name_that_is_taken_is_refused(self, annas, deals):
        send(annas, "post", VIEWS, LARGE)

        assert send(annas, "post", VIEWS, LARGE).status_code == 409

    def test_what_has_lost_its_meaning_shows_nothing(self, annas, deals, anna, now):
        asked = {"filter": [[["stage", "is", "0"]]]}
        view = SavedView.objects.add("Gone", asked, own=False, by=anna, at=now)

        answer = annas.get(f"{API}/deals/?view={view.pk}")

        assert (answer.status_code, list(answer.json())) == (400, ["view"])

    @pytest.mark.parametrize("many", [1, 6])
    def test_costs_the_same_however_many(
        self, annas, anna, now, django_assert_max_num_queries, many
    ):
        for number in range(many):
            SavedView.objects.add(str(number), {}, own=False, by=anna, at=now)

        with django_assert_max_num_queries(10):
            annas.get(f"{API}{VIEWS}")


class TestChangingMany:
    def test_each_is_changed_and_all_is_taken_back(self, annas, deals, anna, stages):
        sent = {
            "deals": [1, 2],
            "stage": stages[1].pk,
            "owner": anna.user.pk,
            "next_step": "Call",
            "next_step_on": "2026-12-01",
            "expected_close_on": "2026-12-24",
            "source": "Fair",
            "tag": "urgent",
        }

        made = send(annas, "post", "/deals/changes/", sent)

        assert made.status_code == 201
        edit = BulkEdit.objects.get()
        assert made.json() == {
            "id": edit.pk,
            "count": 2,
            "so_far": 2,
            "changed": 2,
            "refused": [],
            "is_done": True,
            "has_failed": False,
            "undo": f"{API}/history/{edit.first_line_id}/batch/undo/",
            "undoing": None,
        }
        first = annas.get(f"{API}/deals/1/").json()
        assert (first["stage"]["name"], first["owner"]["name"]) == ("Proposal", "Anna")
        assert (first["next_step"], first["next_step_on"]) == ("Call", "2026-12-01")
        assert (first["source"], first["tags"]) == ("Fair", ["urgent"])
        assert first["expected_close_on"] == "2026-12-24"

        send(annas, "post", made.json()["undo"].removeprefix(API))

        assert annas.get(f"{API}/deals/1/").json()["source"] == ""
        after = annas.get(f"{API}/deals/changes/{edit.pk}/").json()
        assert (after["changed"], after["undo"]) == (2, None)

    def test_nobody_looks_after_them_any_more(self, annas, deals, anna, now):
        deals[0].take(by=anna, at=now)

        send(annas, "post", "/deals/changes/", {"deals": [1], "owner": None})

        assert Deal.objects.get(number=1).owner is None

    def test_to_the_recycle_bin(self, annas, deals):
        send(annas, "post", "/deals/changes/", {"deals": [1, 3], "delete": True})

        assert [deal.number for deal in Deal.objects.all()] == [2]

    def test_a_field_of_the_team(self, annas, deals, anna, now):
        field = builders.field(by=anna, at=now)

        send(annas, "post", "/deals/changes/", {"deals": [1], "custom": {field.key: "Van"}})

        assert Deal.objects.get(number=1).custom == {field.key: "Van"}

    def test_who_refuses_is_named_with_the_reason(self, annas, deals, anna, now):
        builders.won(deals[0], by=anna, at=now + timedelta(minutes=1))

        told = send(annas, "post", "/deals/changes/", {"deals": [1, 2], "next_step": "Call"}).json()

        assert told["changed"] == 1
        [refused] = told["refused"]
        assert refused["deal"] == deals[0].naming()["deal"]
        assert refused["detail"]

    def test_very_many_are_changed_by_jobs(self, annas, pipeline, anna, now):
        for number in range(AT_ONCE + 1):
            builders.deal(pipeline, by=anna, at=now, title=str(number))
        everything = list(range(1, AT_ONCE + 2))

        told = send(annas, "post", "/deals/changes/", {"deals": everything, "source": "Fair"})

        assert (told.status_code, told.json()["so_far"]) == (201, 0)
        assert told.json()["is_done"] is False
        assert Job.objects.filter(kind="crm.bulk-edit", state="due").exists()

    @pytest.mark.parametrize(
        ("sent", "named"),
        [
            ({}, "detail"),
            ({"next_step_on": "2026-12-01"}, "next_step"),
            ({"stage": "lost"}, "loss_reason"),
            ({"delete": True, "tag": "urgent"}, "delete"),
            ({"source": "Fair", "deals": []}, "deals"),
            ({"source": "Fair", "deals": [1, 99]}, "deals"),
            ({"source": "Fair", "deals": [1] * 1001}, "deals"),
            ({"owner": 0}, "owner"),
            ({"custom": {"x": 1}}, "custom"),
        ],
        ids=str,
    )
    def test_what_cannot_be_done_is_named(self, annas, deals, stages, sent, named):
        lost = next(stage for stage in stages if stage.category == "lost")
        sent = sent | ({"stage": lost.pk} if "stage" in sent else {})

        answer = send(annas, "post", "/deals/changes/", {"deals": [1], **sent})

        assert (answer.status_code, list(answer.json())) == (400, [named])
        assert not BulkEdit.objects.exists()

    def test_a_deal_of_another_team_is_not_there(self, annas, deals, carla, now):
        theirs = builders.pipeline(carla.team, at=now)
        for _number in range(4):
            last = builders.deal(theirs, by=carla, at=now)

        answer = send(annas, "post", "/deals/changes/", {"deals": [last.number], "delete": True})

        assert answer.status_code == 400

    def test_a_manager_follows_none(self, annas, mias, deals):
        key = send(annas, "post", "/deals/changes/", {"deals": [1], "tag": "x"}).json()["id"]

        assert mias.get(f"{API}/deals/changes/{key}/").status_code == 404


class TestFiles:
    @pytest.fixture(autouse=True)
    def files(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path

    def test_is_asked_for_made_and_fetched(self, annas, deals, now):
        asked = {"kind": "csv", "filter": ["amount:at-least:100"], "sort": "number"}

        made = send(annas, "post", "/deals/exports/", asked)

        export = Export.objects.get()
        assert made.status_code == 201
        assert made.json() == {
            "id": export.pk,
            "kind": "csv",
            "asked_at": "2026-11-23T10:00:00+01:00",
            "percent": 0,
            "has_failed": False,
            "rows": 0,
            "url": None,
        }
        exports.write(export, at=now)
        ready = annas.get(f"{API}/deals/exports/{export.pk}/").json()
        assert (ready["percent"], ready["rows"]) == (100, 2)
        text = b"".join(annas.get(ready["url"]).streaming_content).decode("utf-8-sig")
        assert "tiny" not in text
        assert "larger" in text

    def test_holds_the_columns_that_are_asked_for(self, annas, deals, now):
        send(annas, "post", "/deals/exports/", {"kind": "csv", "columns": ["title", "amount"]})
        export = Export.objects.get()
        exports.write(export, at=now)
        with export.file.open("rb") as file:
            head = file.readline().decode("utf-8-sig").strip()

        assert export.columns == ["title", "amount"]
        assert head == "title,amount,currency"

    def test_without_a_filter_it_is_everything(self, annas, deals, anna, now):
        builders.won(deals[0], by=anna, at=now)
        send(annas, "post", "/deals/exports/", {"kind": "json"})
        export = Export.objects.get()
        exports.write(export, at=now)

        assert annas.get(f"{API}/deals/exports/{export.pk}/").json()["rows"] == 3

    def test_it_is_theirs_alone_who_asked(self, annas, brams, mias, deals):
        key = send(annas, "post", "/deals/exports/", {"kind": "csv"}).json()["id"]

        for other in (brams, mias):
            assert other.get(f"{API}/deals/exports/{key}/").status_code == 404

    def test_the_logbook_says_that_somebody_took_it_out(self, annas, deals):
        send(annas, "post", "/deals/exports/", {"kind": "csv"})

        assert LogEntry.objects.filter(kind="crm.deals.exported").exists()

    @pytest.mark.parametrize("sent", [{"kind": "pdf"}, {}, {"kind": "csv", "filter": ["x:is:1"]}])
    def test_what_nobody_makes_is_refused(self, annas, deals, sent):
        assert send(annas, "post", "/deals/exports/", sent).status_code == 400
        assert not Export.objects.exists()


class TestTheCalendar:
    def test_shows_a_window_around_a_day(self, annas, deals, anna, now):
        builders.planned(deals[0], by=anna, at=now, title="Soon", due_on=date(2026, 11, 24))
        builders.planned(deals[0], by=anna, at=now, title="Later", due_on=date(2026, 12, 24))

        week = annas.get(f"{API}/activities/?look=week&on=2026-11-24").json()

        assert (week["first"], week["last"]) == ("2026-11-23", "2026-11-29")
        assert [each["title"] for each in week["results"]] == ["Soon"]
