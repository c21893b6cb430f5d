"""Which customers go with a part of the team: chosen while it is planned, fixed afterwards."""

from decimal import Decimal

import pytest
import time_machine

from crm.models import CrossingError, Deal, GoingCustomer, Organization
from crm.models.contact import Contact
from teams.models import StaleDivision
from tests import builders

LIST = "/teams/rijnmond/customers/going/{}/"
API = "/api/v1/teams/rijnmond/division/{}/customers/"


@pytest.fixture(autouse=True)
def monday(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def plan(anna, bram, now):
    goes = [bram, *(builders.member(name, bram.team, at=now) for name in ("Dora", "Emil"))]
    for name in ("Fem", "Gijs"):
        builders.member(name, anna.team, at=now)
    return builders.division(goes, by=anna, at=now)


@pytest.fixture
def acme(pipeline, bram, anna, now):
    for amount in (100, 50):
        builders.deal(
            pipeline, by=anna, at=now, customer="Acme", amount=Decimal(amount), owner=bram.user
        )
    return Organization.objects.get(name="Acme")


@pytest.fixture
def jan(pipeline, anna, now):
    """Somebody who stands alone."""
    contact = Contact.objects.create(name="Jan Bos")
    builders.deal(pipeline, by=anna, at=now, contact=contact)
    return contact


def chosen(plan):
    return set(GoingCustomer.objects.of(plan).values_list("organization", "contact"))


class TestThePage:
    def test_lists_who_has_open_deals(self, annas, plan, acme, jan, pipeline, anna, now):
        builders.deal(pipeline, by=anna, at=now, title="Of nobody")
        builders.lost(builders.deal(pipeline, by=anna, at=now, customer="Past"), by=anna, at=now)

        page = annas.get(LIST.format(plan.pk))

        rows = page.context["page"].object_list
        assert [(row.name, row.deals, row.goes) for row in rows] == [
            ("Acme", 2, False),
            ("Jan Bos", 1, False),
        ]
        assert "150" in rows[0].amount

    def test_keeps_what_is_ticked(self, annas, plan, acme, jan):
        keys = {"shown": [f"o{acme.pk}", f"c{jan.pk}"], "goes": [f"o{acme.pk}"]}
        page = annas.post(LIST.format(plan.pk), keys)
        assert page.status_code == 302
        assert chosen(plan) == {(acme.pk, None)}

        annas.post(LIST.format(plan.pk), {**keys, "goes": [f"c{jan.pk}"]})
        assert chosen(plan) == {(None, jan.pk)}

    def test_leaves_those_alone_that_it_did_not_show(self, annas, plan, acme, jan):
        GoingCustomer.objects.create(team=plan.team, division=plan, contact=jan)

        annas.post(LIST.format(plan.pk), {"shown": [f"o{acme.pk}"], "goes": [f"o{acme.pk}"]})

        assert chosen(plan) == {(acme.pk, None), (None, jan.pk)}

    def test_looks_for_words(self, annas, plan, acme, jan):
        page = annas.get(LIST.format(plan.pk) + "?q=bos")

        assert [row.name for row in page.context["page"]] == ["Jan Bos"]
        assert "No customer is called that" in annas.get(LIST.format(plan.pk) + "?q=zz").text

    def test_says_when_there_is_nobody(self, annas, plan, pipeline):
        assert "No customer has an open deal" in annas.get(LIST.format(plan.pk)).text

    def test_suggests_those_whom_only_people_who_go_look_after(self, annas, plan, acme, jan):
        annas.post(LIST.format(plan.pk) + "suggestion/")

        assert chosen(plan) == {(acme.pk, None)}

    def test_refuses_who_is_no_customer_and_what_is_no_key(self, annas, plan, acme):
        Organization.objects.named("Never met")
        never = Organization.objects.get(name="Never met").pk
        for goes, sentence in ((f"o{never}", "no open deal"), ("x1", "once more")):
            page = annas.post(LIST.format(plan.pk), {"shown": [], "goes": [goes]})
            assert page.status_code == 422
            assert sentence in page.text
        assert not chosen(plan)

    def test_changes_no_more_once_it_is_proposed(self, annas, plan, acme, jan, anna, now):
        GoingCustomer.objects.create(team=plan.team, division=plan, organization=acme)
        plan.refresh_from_db()
        plan.propose(seen=plan.edition, by=anna, at=now)

        page = annas.get(LIST.format(plan.pk))
        assert [row.name for row in page.context["page"]] == ["Acme"]
        assert "checkbox" not in page.text
        late = annas.post(LIST.format(plan.pk), {"shown": [f"o{acme.pk}"], "goes": []})
        assert late.status_code == 409
        assert chosen(plan) == {(acme.pk, None)}

    def test_asks_as_much_for_many_as_for_one(
        self, annas, plan, acme, pipeline, anna, now, django_assert_num_queries
    ):
        from django.db import connection  # noqa: PLC0415
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

        with CaptureQueriesContext(
            connection,
        ) as one:
            annas.get(LIST.format(plan.pk))
        for number in range(60):
            builders.deal(pipeline, by=anna, at=now, customer=f"Customer {number}")
        with django_assert_num_queries(len(one)):
            page = annas.get(LIST.format(plan.pk))
        assert page.context["next_url"] == LIST.format(plan.pk) + "?page=2"
        second = annas.get(page.context["next_url"])
        assert second.context["previous_url"] == LIST.format(plan.pk)


def test_the_plan_says_what_goes(annas, plan, acme, jan):
    assert "No customer goes along" in annas.get("/teams/rijnmond/division/").text
    GoingCustomer.objects.create(team=plan.team, division=plan, organization=acme)

    page = annas.get("/teams/rijnmond/division/")

    assert "1 customer goes along with 2 open deals." in page.text
    assert LIST.format(plan.pk) in page.text


class TestPrograms:
    def test_choose_and_read(self, annas, plan, acme, jan):
        kept = annas.post(
            API.format(plan.pk), {"goes": [f"o{acme.pk}"]}, content_type="application/json"
        )

        assert kept.status_code == 200
        assert [row["goes"] for row in kept.json()["results"]] == [True, False]
        assert annas.get(API.format(plan.pk)).json() == kept.json()

    def test_are_suggested_to(self, annas, plan, acme, jan):
        told = annas.post(API.format(plan.pk) + "suggestion/").json()

        assert [(row["key"], row["goes"]) for row in told["results"]] == [
            (f"o{acme.pk}", True),
            (f"c{jan.pk}", False),
        ]


def test_nobody_chooses_where_the_plan_is_fixed(plan, acme, anna, now):
    plan.propose(seen=plan.edition, by=anna, at=now)

    with pytest.raises(StaleDivision):
        GoingCustomer.objects.choose(plan, {("organization", acme.pk)}, by=anna, at=now)


def test_only_a_customer_of_ours_goes(plan, jan, anna, now):
    Deal.objects.update(contact=None)

    with pytest.raises(CrossingError, match="no open deal"):
        GoingCustomer.objects.choose(plan, {("contact", jan.pk)}, by=anna, at=now)


class TestTheDeal:
    def test_says_where_it_is_on_both_sides(self, annas, plan, acme, anna, bram, mias, mia, now):
        GoingCustomer.objects.create(team=plan.team, division=plan, organization=acme)
        plan.refresh_from_db()
        plan.propose(seen=plan.edition, by=anna, at=now)
        for each in plan.team.memberships.exclude(pk=anna.pk).select_related("user", "team"):
            plan.consent(by=each, at=now)
        new = plan.carry_out(by=anna, at=now)
        brams = builders.browser(bram.user)

        here = brams.get(f"/teams/{new.slug}/deals/1/")
        assert "Until 23 November 2026 with Rijnmond as number 1." in here.text
        for browser in (annas, mias):
            there = browser.get("/teams/rijnmond/deals/1/")
            assert "Since 23 November 2026 this deal is with Merwede, as number 1" in there.text
        assert brams.get("/teams/rijnmond/deals/1/").status_code == 404
        assert annas.get(f"/teams/{new.slug}/deals/1/").status_code == 404
        assert annas.post("/teams/rijnmond/deals/1/next-step/", {}).status_code == 404
