"""A deal goes on in another process: by hand, or because its own process is archived."""

from datetime import timedelta

import pytest
from django.urls import reverse

from crm.kpis.facts import currency_of
from crm.models import Category, Deal, DealError, Pipeline, PipelineError, Stage, StaleDeal
from crm.models.undoing import take_back
from crm.proof import disagreements
from teams.models import LogEntry
from tests import builders

HOUR = timedelta(hours=1)


@pytest.fixture
def service(team, pipeline, now) -> Pipeline:
    return Pipeline.start(
        team, "Service", builders.STAGES, by=None, at=now, kind=Pipeline.Kind.SERVICE
    )


@pytest.fixture
def in_hand(service) -> Stage:
    return service.stages.get(name="Proposal")


@pytest.fixture
def transfer(deal, in_hand, anna, now):
    def transfer(stage=in_hand, seen_in=deal.stage, by=anna):
        return deal.transfer_to(stage, seen_in=seen_in, by=by, at=now + HOUR)

    return transfer


class TestTheRule:
    def test_one_visit_ends_and_one_begins(self, deal, transfer, service, in_hand, now):
        entry = transfer()

        deal = Deal.objects.get()
        assert (deal.pipeline, deal.stage, deal.outcome) == (service, in_hand, "open")
        left, running = deal.visits.in_order()
        assert (left.left_at, running.entered_at, running.stage) == (
            now + HOUR,
            now + HOUR,
            in_hand,
        )
        assert running.revision == service.current_revision()
        assert (entry.kind, entry.details["process"]) == ("crm.deal.transferred", "Service")
        assert entry.details["since"] == deal.opened_at
        assert list(disagreements()) == []

    def test_nothing_is_asked_of_the_deal(self, deal, transfer):
        deal.stage.required_fields = ["amount"]
        deal.stage.save()

        assert transfer().kind == "crm.deal.transferred"

    def test_a_closed_deal_is_opened_first(self, deal, transfer, anna, now):
        builders.won(deal, by=anna, at=now)

        with pytest.raises(DealError, match="Open it again first"):
            transfer(seen_in=deal.stage)

    def test_only_to_an_open_stage_of_another_process_of_the_team(
        self, transfer, service, stages, other_team, team, now
    ):
        theirs = builders.pipeline(other_team, at=now).first_stage()
        dollars = Pipeline.start(
            team, "Abroad", builders.STAGES, by=None, at=now, currency="USD"
        ).first_stage()
        closed = service.stages.get(category=Category.WON)

        for stage in (theirs, dollars, closed, stages[1]):
            with pytest.raises(DealError, match="no open stage of another process"):
                transfer(stage)

    def test_not_into_an_archived_process(self, transfer, service, anna, now):
        service.archive(by=anna, at=now)

        with pytest.raises(DealError, match="no open stage"):
            transfer()

    def test_who_comes_second_is_told(self, deal, transfer, stages, bram, now):
        Deal.objects.get().move_to(stages[1], seen_in=stages[0], by=bram, at=now)

        with pytest.raises(StaleDeal, match="Someone moved this deal"):
            transfer(seen_in=stages[0])


class TestTakingItBack:
    def test_it_stands_where_it_stood(self, deal, transfer, pipeline, stages, bram, now):
        back = take_back(transfer(), by=bram, at=now + 2 * HOUR)

        deal = Deal.objects.get()
        assert (deal.pipeline, deal.stage, deal.visits.count()) == (pipeline, stages[0], 1)
        assert back.details["since"] == deal.opened_at
        assert list(disagreements()) == []

    def test_and_once_more(self, transfer, service, in_hand, bram, now):
        back = take_back(transfer(), by=bram, at=now + 2 * HOUR)

        again = take_back(back, by=bram, at=now + 3 * HOUR)

        assert (Deal.objects.get().stage, again.kind) == (in_hand, "crm.deal.transferred")
        assert list(disagreements()) == []


class TestThePage:
    def test_it_offers_the_stages_of_the_others(self, annas, deal, service, in_hand):
        page = annas.get("/teams/rijnmond/deals/1/").content.decode()

        assert "To another process…" in page
        assert "Service: Proposal" in page
        assert "Service: Lost" not in page

    def test_with_one_process_it_offers_nothing(self, annas, deal):
        assert "To another process" not in annas.get("/teams/rijnmond/deals/1/").content.decode()

    def test_a_manager_is_not_asked(self, mias, deal, service):
        assert "To another process" not in mias.get("/teams/rijnmond/deals/1/").content.decode()

    def test_the_deal_goes_on_there(self, annas, deal, in_hand):
        words = {"stage": in_hand.pk, "seen_in": deal.stage_id}

        answer = annas.post("/teams/rijnmond/deals/1/process/", words, follow=True)

        page = answer.content.decode()
        assert "goes on in the process Service, in Proposal." in page
        assert Deal.objects.get().stage == in_hand

    def test_what_cannot_be_is_said_beside_the_field(self, annas, deal, stages, service):
        words = {"stage": stages[1].pk, "seen_in": deal.stage_id}

        answer = annas.post("/teams/rijnmond/deals/1/process/", words)

        assert answer.status_code == 422
        assert answer.context["transfer_form"].errors["stage"]

    def test_a_program_does_the_same(self, annas, deal, in_hand):
        words = {"stage": in_hand.pk, "seen_in": deal.stage_id}

        answer = annas.put(
            "/api/v1/teams/rijnmond/deals/1/process/", words, content_type="application/json"
        )

        assert answer.json()["deal"]["stage"]["id"] == in_hand.pk
        assert answer.json()["undo"]


class TestArchivingAProcess:
    def test_it_asks_where_its_open_deals_go(self, annas, team, pipeline, service, deal, in_hand):
        page = annas.get(reverse("crm:processes", args=[team.slug])).content.decode()
        assert "Its open deals go on in" in page
        archiving = reverse("crm:process-archiving", args=[team.slug, pipeline.pk])

        refused = annas.post(archiving)
        assert refused.status_code == 422
        assert "This field is required." in refused.content.decode()

        annas.post(archiving, {"deals_to": in_hand.pk})
        pipeline.refresh_from_db()
        assert pipeline.archived_at
        assert Deal.objects.get().stage == in_hand
        assert list(disagreements()) == []

    def test_closed_deals_stay(self, pipeline, service, deal, in_hand, anna, now):
        builders.won(deal, by=anna, at=now)

        pipeline.archive(by=anna, at=now, deals_to=in_hand)

        assert Deal.objects.get().pipeline == pipeline

    def test_all_or_nothing(self, pipeline, service, deal, stages, anna, now):
        with pytest.raises(PipelineError, match="Say where they go"):
            pipeline.archive(by=anna, at=now, deals_to=stages[1])

        assert not LogEntry.objects.filter(kind="crm.deal.transferred").exists()


class TestTheirOrder:
    def test_one_goes_up(self, annas, team, pipeline, service):
        place = reverse("crm:process-place", args=[team.slug, service.pk])

        annas.post(place, {"position": "1"})

        assert list(team.pipelines.in_order()) == [service, pipeline]
        answer = annas.get(reverse("crm:board", args=[team.slug]))
        assert answer.context["pipeline"] == service

    @pytest.mark.parametrize("position", ["", "0", "x", "31"])
    def test_no_place_changes_nothing(self, annas, team, pipeline, service, position):
        annas.post(
            reverse("crm:process-place", args=[team.slug, service.pk]), {"position": position}
        )

        assert list(team.pipelines.in_order()) == [pipeline, service]

    def test_it_changes_no_currency_of_a_figure(self, team, pipeline, anna, now):
        dollars = Pipeline.start(team, "Abroad", builders.STAGES, by=None, at=now, currency="USD")

        dollars.place(1, by=anna, at=now)

        assert currency_of(team) == "EUR"

    def test_an_archived_one_has_no_place(self, service, anna, now):
        service.archive(by=anna, at=now)

        with pytest.raises(PipelineError, match="faster"):
            service.place(1, by=anna, at=now)
