"""A stage asks only for what somebody can fill in on the page of a deal: ours, and the team's."""

from dataclasses import replace

import pytest
from django.urls import reverse

from crm.models import Affiliation, DealError, Organization, PipelineError, Product, StageDraft
from crm.process_form import ProcessForm
from tests import builders

DETAILS = "/teams/rijnmond/deals/1/details/"
API = "/api/v1/teams/rijnmond/deals/1/"


@pytest.fixture
def asking(pipeline, anna, now):
    """Let the first stage ask for these before a deal goes on."""

    def asking(*keys: str) -> None:
        contact, *rest = [StageDraft.of(stage) for stage in pipeline.stages.in_order()]
        pipeline.change(
            [replace(contact, required=keys), *rest],
            reason="We need it",
            seen=pipeline.current_revision().number,
            by=anna,
            at=now,
        )

    return asking


@pytest.fixture
def facts(deal):
    """What a browser sends of the form with the facts of the deal."""

    def facts(**changes):
        stands = {
            "title": deal.title,
            "amount": deal.amount or "",
            "organization": deal.organization or "",
            "contact": deal.contact or "",
            "version": deal.version,
        }
        return stands | changes

    return facts


@pytest.fixture
def go_on(stages, anna, now):
    def go_on(deal):
        deal.refresh_from_db()
        return deal.move_to(stages[1], seen_in=deal.stage, by=anna, at=now)

    return go_on


class TestAFieldOfTheTeam:
    def test_a_deal_goes_on_when_it_is_filled_in(self, deal, stages, anna, now, asking, go_on):
        builders.field("Floor plan", "yes_no", by=anna, at=now)
        asking("custom:floor-plan")
        with pytest.raises(DealError, match="needs: Floor plan"):
            go_on(deal)

        deal.edit({"custom": {"floor-plan": False}}, version=1, by=anna, at=now)
        go_on(deal)

        assert deal.stage == stages[1]

    def test_an_archived_one_is_not_asked_for(
        self, annas, pipeline, deal, stages, anna, now, asking, go_on
    ):
        field = builders.field("Floor plan", by=anna, at=now)
        asking("custom:floor-plan")
        field.archive(by=anna, at=now)

        page = annas.get(reverse("crm:process", args=[pipeline.team.slug, pipeline.pk]))
        go_on(deal)

        assert "Floor plan" not in page.content.decode()
        assert deal.stage == stages[1]

    def test_the_process_offers_it_and_its_history_names_it(
        self, annas, mias, pipeline, anna, now, asking
    ):
        builders.field("Floor plan", by=anna, at=now)
        builders.field("Branch", target="organization", by=anna, at=now)
        address = reverse("crm:process", args=[pipeline.team.slug, pipeline.pk])
        page = annas.get(address).content.decode()
        assert 'value="custom:floor-plan"' in page
        assert 'value="custom:branch"' not in page

        asking("amount", "custom:floor-plan")

        history = annas.get(reverse("crm:process-history", args=[pipeline.team.slug]))
        assert "needed to go on – → Amount, Floor plan" in history.content.decode()
        assert "Amount, Floor plan" in mias.get(address).content.decode()

    @pytest.mark.parametrize("key", ["custom:nothing", "owner", "custom:"])
    def test_what_no_deal_has_is_refused(self, pipeline, asking, key):
        with pytest.raises(PipelineError, match="nothing that a deal does not have"):
            asking(key)

        assert pipeline.revisions.count() == 1

    def test_who_comes_second_is_not_held_up_by_an_archived_one(
        self, annas, pipeline, anna, now, asking
    ):
        field = builders.field("Floor plan", by=anna, at=now)
        data = ProcessForm(pipeline).data
        asking("custom:floor-plan")
        field.archive(by=anna, at=now)
        data["reason"], data["name"] = "Shorter", "Sell"

        answer = annas.post(
            reverse("crm:process", args=[pipeline.team.slug, pipeline.pk]), dict(data.lists())
        )

        assert answer.status_code == 409
        assert answer.context["form"].rows[0].form.errors == {}


class TestAProduct:
    def test_it_is_asked_for_where_the_company_has_some(
        self, deal, stages, anna, now, asking, go_on
    ):
        with pytest.raises(PipelineError, match="nothing that a deal does not have"):
            asking("product")

        product = Product.objects.create(name="Router")
        asking("product")
        with pytest.raises(DealError, match="needs: Product"):
            go_on(deal)

        deal.edit({"product": product}, version=1, by=anna, at=now)
        go_on(deal)
        assert deal.product == product


class TestFillingIn:
    def test_the_customer_and_the_product_on_the_page(self, annas, deal, facts):
        product = Product.objects.create(name="Router")

        annas.post(
            DETAILS, facts(organization=" Bakkerij  Blok", contact="Wim Blok", product=product.pk)
        )

        deal.refresh_from_db()
        assert (str(deal.organization), str(deal.contact)) == ("Bakkerij Blok", "Wim Blok")
        assert deal.product == product
        assert Affiliation.objects.get().organization == deal.organization

    def test_known_names_are_known_again(self, annas, deal, facts):
        blok = Organization.objects.named("Bakkerij Blok")
        annas.post(DETAILS, facts(organization="bakkerij blok", contact="Wim Blok"))
        deal.refresh_from_db()
        wim = deal.contact
        annas.post(DETAILS, facts(organization="Bakkerij Blok", contact=""))
        deal.refresh_from_db()
        assert deal.contact is None

        annas.post(DETAILS, facts(contact="wim blok"))

        deal.refresh_from_db()
        assert (deal.organization, deal.contact) == (blok, wim)

    def test_a_contact_needs_no_organization(self, annas, deal, facts):
        annas.post(DETAILS, facts(contact="Wim Blok"))

        deal.refresh_from_db()
        assert (deal.customer, deal.organization) == ("Wim Blok", None)
        assert not Affiliation.objects.exists()

    def test_what_stands_there_is_no_change(self, deal, anna, now):
        deal.edit({"organization": "Bakkerij Blok", "contact": "Wim"}, version=1, by=anna, at=now)

        same = {"organization": " Bakkerij Blok", "contact": "Wim", "product": None}

        assert deal.edit(same, version=2, by=anna, at=now) is None

    def test_the_line_keeps_both_keys(self, deal, anna, now):
        entry = deal.edit({"organization": "Bakkerij Blok"}, version=1, by=anna, at=now)

        assert entry.details["old"] == {"organization_id": None}
        assert entry.details["new"] == {"organization_id": deal.organization_id}

    def test_who_comes_second_sees_the_customer_that_stands_there(
        self, annas, deal, facts, bram, now
    ):
        mine = facts(organization="Bakkerij Blok")
        deal.edit({"organization": "Slagerij Smit"}, version=1, by=bram, at=now)

        answer = annas.post(DETAILS, mine)

        assert answer.status_code == 409
        page = answer.content.decode()
        assert "It now says: Slagerij Smit" in page
        assert 'value="Bakkerij Blok"' in page
        assert not Organization.objects.filter(name="Bakkerij Blok").exists()

    def test_a_program_fills_them_in_too(self, annas, deal):
        product = Product.objects.create(name="Router")
        words = {"organization": "Bakkerij Blok", "contact": "Wim", "product": product.pk}

        answer = annas.patch(API, {"version": 1, **words}, content_type="application/json")

        shown = answer.json()
        assert shown["organization"] == shown["customer"] == "Bakkerij Blok"
        assert (shown["contact"], shown["product"]["name"]) == ("Wim", "Router")
