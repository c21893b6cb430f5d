"""The team's own process: its first version, and every later one."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from crm.models import (
    Affiliation,
    Category,
    Contact,
    DealNumbering,
    Organization,
    Pipeline,
    PipelineError,
    Product,
    StageDraft,
)
from teams.models import LogEntry
from tests.builders import STAGES


class TestStarting:
    def test_a_process_has_its_stages_and_a_first_version(self, team, anna, now):
        pipeline = Pipeline.start(team, "Sales", STAGES, by=anna.user, at=now, currency="USD")

        assert [stage.name for stage in pipeline.stages.in_order()] == [
            "Contact",
            "Proposal",
            "Delivered",
            "Lost",
        ]
        revision = pipeline.current_revision()
        assert (revision.number, revision.by, pipeline.currency) == (1, anna.user, "USD")
        assert [stage["name"] for stage in revision.snapshot] == [draft.name for draft in STAGES]
        assert LogEntry.objects.about(pipeline).get().kind == "crm.pipeline.started"

    @pytest.mark.parametrize(
        ("left_out", "sentence"),
        [
            ({Category.INTAKE, Category.OPEN}, "a stage to work in"),
            ({Category.WON}, "for won"),
            ({Category.LOST}, "for lost"),
        ],
    )
    def test_it_needs_a_stage_of_every_kind(self, team, now, left_out, sentence):
        stages = [draft for draft in STAGES if draft.category not in left_out]

        with pytest.raises(PipelineError, match=sentence):
            Pipeline.start(team, "Sales", stages, by=None, at=now)

    def test_two_stages_have_two_names(self, team, now):
        stages = [*STAGES, StageDraft("CONTACT", Category.OPEN)]

        with pytest.raises(PipelineError, match="the same name"):
            Pipeline.start(team, "Sales", stages, by=None, at=now)


def test_a_change_makes_a_new_version_with_its_reason(pipeline, anna, now):
    pipeline.stages.filter(name="Proposal").update(exit_policy="One page")

    revision = pipeline.revise("Offers were too long", by=anna.user, at=now)

    assert (revision.number, revision.snapshot[1]["exit_policy"]) == (2, "One page")
    assert pipeline.current_revision() == revision
    entry = LogEntry.objects.about(pipeline).get(kind="crm.pipeline.revised")
    assert entry.details == {"number": 2, "reason": "Offers were too long"}


@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_version_is_written_once(pipeline, change):
    revisions = pipeline.revisions.all()

    with pytest.raises(DatabaseError), transaction.atomic():
        revisions.update(reason="x") if change == "update" else revisions.delete()


class TestWhatTheDatabaseKeeps:
    def test_a_deal_stays_in_the_process_of_its_stage(self, deal, stages, team, now):
        service = Pipeline.start(team, "Service", STAGES, by=None, at=now)

        with pytest.raises(IntegrityError, match="stage_is_the_pipelines"), transaction.atomic():
            type(deal).objects.update(stage=service.first_stage())

    def test_a_deal_has_one_open_visit(self, deal, stages, now):
        visit = deal.visits.get()
        visit.pk, visit.number = None, 2

        with pytest.raises(IntegrityError, match="one_open_visit_per_deal"), transaction.atomic():
            visit.save()

    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ({"title": ""}, "deal_has_a_title"),
            ({"outcome": "won"}, "closed_deals_have_a_moment"),
            ({"amount": -1}, "deal_amount_is_not_negative"),
            ({"next_step_on": "2026-12-01"}, "a_day_belongs_to_a_step"),
            ({"expected_close_on": "1989-12-31"}, "deal_expected_close_on_in_our_time"),
            ({"opened_at": "2101-01-01T00:00Z"}, "deal_opened_at_in_our_time"),
        ],
    )
    def test_a_rule_holds_whoever_writes(self, deal, change, rule):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            type(deal).objects.update(**change)


def test_everything_has_a_name_of_its_own(deal, stages):
    organization = Organization.objects.named("Acme")
    contact = Contact.objects.create(name="Jan Bos")
    affiliation = Affiliation.objects.create(contact=contact, organization=organization)
    pipeline = deal.pipeline

    assert str(pipeline) == f"Sales ({pipeline.pk})"
    assert str(pipeline.current_revision()) == f"revision 1 of Sales ({pipeline.pk})"
    assert str(stages[0]) == "Contact"
    assert str(deal) == f"Wi-Fi in the yard ({deal.pk})"
    assert str(deal.visits.get()) == f"visit 1 of deal {deal.pk}"
    assert str(DealNumbering.objects.get()) == f"the deals of {deal.team_id} up to 1"
    assert str(affiliation) == f"Jan Bos at Acme ({affiliation.pk})"
    assert str(Product.objects.create(name="GTX Pro")) == "GTX Pro"
