"""Several processes of one team: each has its board, and is put away when nothing is left in it."""

import pytest
from django.urls import reverse

from crm.models import Category, Pipeline, PipelineError
from tests import builders


@pytest.fixture
def service(team, pipeline, now) -> Pipeline:
    return Pipeline.start(
        team,
        "Service",
        [*builders.STAGES[:1], *builders.STAGES[2:]],
        by=None,
        at=now,
        kind=Pipeline.Kind.SERVICE,
    )


@pytest.fixture
def request_for_help(service, anna, now):
    return builders.deal(service, by=anna, at=now, title="No line since noon")


class TestBeginning:
    def test_a_member_begins_one_with_stages_to_change(self, annas, team, pipeline):
        processes = reverse("crm:processes", args=[team.slug])
        words = {"name": "Service", "kind": "service", "currency": "EUR"}

        answer = annas.post(processes, words)

        begun = Pipeline.objects.get(name="Service")
        assert answer.url == reverse("crm:process", args=[team.slug, begun.pk])
        assert [stage.category for stage in begun.stages.in_order()] == [
            Category.INTAKE,
            Category.OPEN,
            Category.WON,
            Category.LOST,
        ]
        assert list(team.pipelines.in_order()) == [pipeline, begun]

    @pytest.mark.parametrize("wrong", [{"name": "SALES"}, {"name": ""}, {"currency": "XXX"}])
    def test_what_cannot_be_is_said_beside_the_field(self, annas, team, pipeline, wrong):
        words = {"name": "Service", "kind": "other", "currency": "EUR", **wrong}

        answer = annas.post(reverse("crm:processes", args=[team.slug]), words)

        assert answer.status_code == 422
        assert answer.context["form"].errors
        assert Pipeline.objects.count() == 1


class TestTheirBoards:
    def test_each_has_its_own_address_and_the_first_a_short_one(
        self, annas, team, pipeline, service, request_for_help
    ):
        first = annas.get(reverse("crm:board", args=[team.slug])).content.decode()
        second = annas.get(reverse("crm:board-of", args=[team.slug, service.pk])).content.decode()

        assert "No line since noon" in second
        assert "No line since noon" not in first
        assert f"board/{service.pk}/" in first
        assert f"?outcome=open&amp;pipeline={service.pk}" in second

    def test_one_process_alone_offers_no_choice(self, annas, team, pipeline):
        page = annas.get(reverse("crm:board", args=[team.slug])).content.decode()

        assert "board__choice" not in page

    def test_a_new_deal_stays_on_the_board_that_it_was_added_to(self, annas, team, service):
        words = {"stage": service.first_stage().pk, "title": "A broken phone"}

        answer = annas.post(reverse("crm:deals", args=[team.slug]), words)

        assert answer.url == reverse("crm:board-of", args=[team.slug, service.pk])
        assert service.deals.get().title == "A broken phone"

    def test_a_deal_that_was_not_added_leaves_the_same_board(self, annas, team, service):
        words = {"stage": service.first_stage().pk, "title": ""}

        answer = annas.post(reverse("crm:deals", args=[team.slug]), words)

        assert (answer.status_code, answer.context["pipeline"]) == (422, service)

    def test_a_move_without_a_script_leads_back_to_its_board(
        self, annas, team, service, request_for_help
    ):
        board = reverse("crm:board-of", args=[team.slug, service.pk])
        stage = request_for_help.stage
        won = service.stages.get(category=Category.WON)

        answer = annas.post(
            reverse("crm:deal-stage", args=[team.slug, request_for_help.number]),
            {"stage": won.pk, "seen_in": stage.pk},
            headers={"referer": f"http://testserver{board}"},
        )

        assert answer.url == board

    def test_a_request_for_service_is_due(self, annas, team, request_for_help, deal):
        def label(number):
            page = annas.get(reverse("crm:deal", args=[team.slug, number]))
            return page.context["edit_form"]["expected_close_on"].label

        assert label(request_for_help.number) == "Due"
        assert label(deal.number) == "Expected"


class TestArchiving:
    def test_it_is_put_away_and_taken_back(self, annas, team, pipeline, service):
        archiving = reverse("crm:process-archiving", args=[team.slug, service.pk])

        annas.post(archiving)
        service.refresh_from_db()
        assert service.archived_at
        overview = annas.get(reverse("crm:processes", args=[team.slug])).content.decode()
        assert "The process Service was archived." in overview
        page = annas.get(reverse("crm:process", args=[team.slug, service.pk])).content.decode()
        assert "Why do we change it?" not in page

        annas.post(archiving)
        service.refresh_from_db()
        assert service.archived_at is None

    def test_not_with_open_deals(self, annas, team, service, request_for_help):
        annas.post(reverse("crm:process-archiving", args=[team.slug, service.pk]))

        service.refresh_from_db()
        assert service.archived_at is None

    def test_the_only_one_stays(self, pipeline, anna, now):
        with pytest.raises(PipelineError, match="only process"):
            pipeline.archive(by=anna, at=now)

    def test_who_comes_second_is_told(self, service, anna, now):
        service.archive(by=anna, at=now)

        with pytest.raises(PipelineError, match="faster"):
            Pipeline.objects.get(pk=service.pk).archive(by=anna, at=now)

    def test_an_archived_one_is_not_changed(self, service, anna, now):
        service.archive(by=anna, at=now)

        with pytest.raises(PipelineError, match="archived"):
            service.change(builders.STAGES, reason="x", seen=1, by=anna, at=now)

    def test_its_name_may_be_taken_meanwhile(self, team, service, anna, now):
        service.archive(by=anna, at=now)
        Pipeline.start(team, "service", builders.STAGES, by=None, at=now)

        with pytest.raises(PipelineError, match="of this name"):
            service.bring_back(by=anna, at=now)
