"""The team's processes for programs: the same rules as on their pages, and the same refusals."""

import pytest

from crm.models import Pipeline, Tick
from tests import builders

PIPELINES = "/api/v1/teams/rijnmond/pipelines/"
CHECKLIST = "/api/v1/teams/rijnmond/deals/1/checklist/"
JSON = {"content_type": "application/json"}


@pytest.fixture
def address(pipeline) -> str:
    return f"{PIPELINES}{pipeline.pk}/"


@pytest.fixture
def service(team, pipeline, now) -> Pipeline:
    return Pipeline.start(team, "Service", builders.STAGES, by=None, at=now)


def change_of(shown: dict, **more) -> dict:
    """What is sent back of a process that was read, with a reason."""
    stages = [
        {name: value for name, value in stage.items() if name != "is_archived"}
        for stage in shown["stages"]
        if not stage["is_archived"]
    ]
    return {"seen": shown["version"], "reason": "We agreed so", "stages": stages, **more}


class TestReading:
    def test_processes_in_their_order_with_their_stages(
        self, annas, pipeline, service, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(12):
            sales, other = annas.get(PIPELINES).json()

        assert (sales["name"], sales["version"], other["name"]) == ("Sales", 1, "Service")
        assert [stage["name"] for stage in sales["stages"]] == [
            "Contact",
            "Proposal",
            "Delivered",
            "Lost",
        ]

    def test_a_manager_reads_and_changes_nothing(self, mias, address):
        shown = mias.get(address).json()

        assert mias.put(address, change_of(shown, name="Ours"), **JSON).status_code == 403
        assert shown == mias.get(address).json()

    def test_versions_tell_what_changed_and_why(self, annas, mias, pipeline, service, address):
        annas.put(address, change_of(annas.get(address).json(), name="Selling"), **JSON)

        newest, first = mias.get(f"{address}revisions/").json()

        assert (newest["number"], newest["reason"]) == (2, "We agreed so")
        assert newest["changes"] == ["The process is now called Selling."]
        assert first["changes"] == []
        assert "who" not in newest


class TestChanging:
    def test_stages_are_described_added_and_archived(self, annas, pipeline, deal, address):
        sent = change_of(annas.get(address).json())
        contact, proposal, *rest = sent["stages"]
        proposal |= {"wip_limit": 3, "checklist": ["Price checked"], "required_fields": ["amount"]}
        new = {"name": "Call", "category": "open"}
        sent["stages"] = [new, proposal, *rest]
        sent["deals_to"] = [{"stage": contact["id"], "deals_to": proposal["id"]}]

        shown = annas.put(address, sent, **JSON).json()

        assert shown["version"] == 2
        assert [one["name"] for one in shown["stages"] if not one["is_archived"]][:2] == [
            "Call",
            "Proposal",
        ]
        deal.refresh_from_db()
        assert deal.stage.name == "Proposal"
        assert deal.stage.checklist == ["Price checked"]

    def test_who_comes_second_gets_both(self, annas, address):
        sent = change_of(annas.get(address).json())
        annas.put(address, sent | {"name": "Selling"}, **JSON)

        answer = annas.put(address, sent | {"name": "Trading"}, **JSON)

        both = answer.json()
        assert answer.status_code == 409
        assert (both["yours"]["name"], both["theirs"]["name"]) == ("Trading", "Selling")

    @pytest.mark.parametrize(
        ("change", "status"),
        [
            ({"reason": ""}, 400),
            ({"stages": []}, 409),
            ({"stages": [{"name": "Call", "category": "later"}]}, 400),
            ({"stages": [{"name": "Call", "category": "open", "colour": "red"}]}, 400),
            ({}, 409),
        ],
    )
    def test_what_cannot_be_is_refused(self, annas, pipeline, address, change, status):
        answer = annas.put(address, change_of(annas.get(address).json()) | change, **JSON)

        assert answer.status_code == status
        assert pipeline.revisions.count() == 1


class TestTheirLife:
    def test_one_begins_and_has_another_place(self, annas, team, pipeline):
        made = annas.post(PIPELINES, {"name": "Help", "kind": "service"}, **JSON)
        assert made.status_code == 201
        assert made.json()["stages"][0]["name"] == "New request"

        annas.put(f"{PIPELINES}{made.json()['id']}/place/", {"position": 1}, **JSON)

        assert team.pipelines.in_order()[0].name == "Help"

    def test_a_second_of_its_name_does_not(self, annas, pipeline):
        answer = annas.post(PIPELINES, {"name": "SALES", "kind": "sales"}, **JSON)

        assert (answer.status_code, Pipeline.objects.count()) == (409, 1)

    def test_it_is_archived_with_its_deals_elsewhere_and_brought_back(
        self, annas, pipeline, service, deal, address
    ):
        refused = annas.post(f"{address}archiving/", {}, **JSON)
        assert (refused.status_code, "Say where they go" in refused.json()["detail"]) == (409, True)

        words = {"deals_to": service.first_stage().pk}
        assert annas.post(f"{address}archiving/", words, **JSON).json()["is_archived"]
        deal.refresh_from_db()
        assert deal.pipeline == service
        # Where no stage is named, a deal begins in a process that the team works with.
        annas.post("/api/v1/teams/rijnmond/deals/", {"title": "A phone"}, **JSON)
        assert service.deals.filter(title="A phone").exists()
        assert annas.get("/api/v1/teams/rijnmond/board/").json()["pipeline"] == "Service"

        assert not annas.post(f"{address}restoring/", {}, **JSON).json()["is_archived"]


class TestTheChecklist:
    def test_an_item_is_ticked(self, annas, mias, deal):
        deal.stage.checklist = ["Called back", "Address known"]
        deal.stage.save()

        answer = annas.put(CHECKLIST, {"item": "Called back", "done": True}, **JSON)

        assert answer.json() == mias.get(CHECKLIST).json()
        assert answer.json()[0] == {"item": "Called back", "done": True}
        assert Tick.objects.count() == 1

    def test_what_is_not_on_it_is_refused(self, annas, deal):
        assert annas.put(CHECKLIST, {"item": "Sing", "done": True}, **JSON).status_code == 409
