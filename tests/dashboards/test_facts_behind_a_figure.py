"""Every number opens what it is made of: for the team in full, for a manager without a person."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from crm.models import Contact
from dashboards.jobs import publish_period, update_figures
from dashboards.periods import Period
from tests import builders

LAST = Period.parse("2026-W47")
BEGIN = LAST.start(ZoneInfo("Europe/Amsterdam"))


@pytest.fixture
def counted(team, pipeline, stages, anna, now):
    """A won deal of an organization, three lost ones of a person, and one that is open."""
    kwik = builders.deal(pipeline, by=anna, at=BEGIN, title="Wi-Fi", customer="Kwik BV", amount=900)
    builders.won(kwik, by=anna, at=BEGIN + timedelta(days=4))
    for reason in ("Too expensive", "No answer", "Too expensive"):
        jan = Contact.objects.create(name="Jan Bos")
        lost = builders.deal(pipeline, by=anna, at=BEGIN, title="Till", contact=jan)
        builders.lost(lost, by=anna, at=BEGIN + timedelta(days=3), reason=reason)
    builders.deal(pipeline, by=anna, at=BEGIN + timedelta(days=2), title="Camera")
    update_figures(team, since=BEGIN, at=now)


@pytest.fixture
def published(team, counted, now):
    return publish_period(team, LAST, at=now)


def page(team, kpi, period=LAST, **asked):
    query = {"query": asked} if asked else {}
    return reverse("dashboards:facts", args=[team.slug, kpi, str(period)], **query)


def api(team, kpi, period=LAST):
    return reverse("dashboards-api:facts", args=[team.slug, kpi, str(period)])


def listing(client, address):
    return client.get(address).context["listing"]


def entry_of(report, slug):
    return next(entry for entry in report.payload["kpis"] if entry["slug"] == slug)


def told(row):
    return (row.subject.label, row.subject.detail, row.amount, row.counts)


class TestTheList:
    def test_says_what_each_fact_adds(self, annas, team, published):
        found = listing(annas, page(team, "value-won"))

        assert [told(row) for row in found.rows] == [("Wi-Fi", "Kwik BV", "€900", "counts in full")]
        assert (found.value, found.adds_up) == ("€900", "Together they make €900.")

    def test_tells_those_in_the_share_from_the_others(self, annas, team, published):
        found = listing(annas, page(team, "win-rate"))

        assert [told(row)[0::3] for row in found.rows] == [
            ("Wi-Fi", "in the share, and in the total"),
            *[("Till", "in the total only")] * 3,
        ]
        assert found.adds_up == "1 of 4 are in the share: 25%."

    def test_tells_what_had_not_ended(self, annas, team, published):
        found = listing(annas, page(team, "cycle-time-km"))

        camera = found.rows[0]
        assert told(camera) == (
            "Camera",
            "",
            "5.0",
            "had not ended yet: counts for as long as it had lasted",
        )
        assert (camera.began, camera.ended) == ("18 Nov 2026", "")
        assert found.adds_up.startswith("Half are over after 3.0 days")

    def test_tells_what_is_left_out(self, annas, team, pipeline, published, now):
        pipeline.deals.filter(title="Camera").update(opened_precision="none")

        found = listing(annas, page(team, "cycle-time-km"))

        assert (found.n, found.left_out, len(found.rows)) == ("n = 4", 1, 5)
        assert found.rows[0].counts == "left out: it has no date"

    def test_tells_a_win_that_came_too_late(self, annas, team, pipeline, published):
        pipeline.deals.filter(title="Wi-Fi").update(opened_at=BEGIN - timedelta(days=100))

        rows = listing(annas, page(team, "win-rate-cohort")).rows

        assert rows[-1].counts == "in the total only: it came after the 90 days"

    def test_of_one_reason_alone(self, annas, team, published):
        key = next(
            part.facts
            for part in annas.get(reverse("dashboards:figure", args=[team.slug, "lost-reasons"]))
            .context["page"]
            .parts
            if part.label == "Too expensive"
        )

        found = listing(annas, reverse("dashboards:figure", args=[team.slug, "lost-reasons"]) + key)

        assert (found.part, found.value, len(found.rows)) == ("Too expensive", "2", 2)
        assert found.period == "week 22 to week 47"
        assert found.part_name == ""

    def test_of_a_stage_in_which_nothing_was_is_empty(self, annas, team, stages, counted):
        found = annas.get(page(team, "time-in-stage", part=str(stages[1].pk)))

        assert found.context["listing"].rows == []
        assert "Nothing was counted here" in found.content.decode()

    def test_says_when_the_report_told_something_else(self, annas, team, pipeline, published):
        assert listing(annas, page(team, "deals-won")).published == ""
        builders.many_won(pipeline, [BEGIN + timedelta(days=1)])

        found = listing(annas, page(team, "deals-won"))

        assert found.value == "2"
        assert found.published.startswith("The report of week 47 told 1 (n = 1).")

    def test_of_a_reason_says_when_the_report_told_something_else(
        self, annas, team, pipeline, published, anna, now
    ):
        key = entry_of(published, "lost-reasons")["breakdown"][0]["key"]
        late = builders.deal(pipeline, by=anna, at=BEGIN)
        builders.lost(late, by=anna, at=BEGIN + timedelta(days=1), reason="Too expensive")

        found = listing(annas, page(team, "lost-reasons", part=key))

        assert found.published.startswith("The report of week 47 told 2 (n = 2).")

    def test_says_nothing_of_a_report_that_counted_otherwise(
        self, annas, team, pipeline, published, monkeypatch
    ):
        builders.many_won(pipeline, [BEGIN + timedelta(days=1)])
        entry_of(published, "deals-won")["version"] = 0
        monkeypatch.setattr("dashboards.models.Report.payload", published.payload)

        assert listing(annas, page(team, "deals-won")).published == ""

    def test_comes_fifty_at_a_time(self, annas, team, pipeline, counted):
        builders.many_won(pipeline, [BEGIN + timedelta(hours=hour) for hour in range(60)])

        first = listing(annas, page(team, "deals-won"))
        second = listing(annas, page(team, "deals-won") + first.next_url)

        assert (len(first.rows), len(second.rows)) == (50, 11)
        assert (first.previous_url, second.next_url) == ("", "")
        stage = pipeline.first_stage().pk
        stays = listing(annas, page(team, "time-in-stage", part=str(stage)))
        assert stays.next_url == f"?page=2&part={stage}"
        assert first.next_url == "?page=2"


class TestWhoReads:
    def test_a_manager_reads_of_no_person(self, annas, mias, team, published):
        hers, his = annas.get(page(team, "deals-lost")), mias.get(page(team, "deals-lost"))

        assert {row.subject.detail for row in hers.context["listing"].rows} == {"Jan Bos"}
        assert {row.subject.detail for row in his.context["listing"].rows} == {""}
        assert "Anna" not in his.content.decode()
        assert "Jan Bos" not in his.content.decode()

    def test_a_manager_waits_for_the_report(self, annas, mias, team, counted, now):
        assert annas.get(page(team, "deals-won")).status_code == 200
        assert mias.get(page(team, "deals-won")).status_code == 404
        publish_period(team, LAST, at=now)

        assert mias.get(page(team, "deals-won")).status_code == 200
        assert mias.get(page(team, "deals-won", LAST.next)).status_code == 404
        # What the chart of the report looks back on is published with it.
        assert mias.get(page(team, "deals-won", LAST.previous)).status_code == 200

    def test_strangers_find_nothing(self, carlas, team, published):
        assert carlas.get(page(team, "deals-won")).status_code == 404


@pytest.mark.parametrize(
    ("kpi", "period", "asked"),
    [
        ("smiles", "2026-W47", {}),
        ("deals-won", "yesterday", {}),
        ("deals-won", "0001-W01", {}),
        ("deals-won", "9999-12", {}),
        ("deals-won", "2026-W50", {}),
        ("deals-won", "2026-W47", {"part": "x"}),
        ("time-in-stage", "2026-W47", {"part": "nonsense"}),
        ("win-rate", "2026-W47", {"since": "2026-W46"}),
        ("deals-won", "2026-W47", {"since": "whenever"}),
        ("deals-won", "2026-W47", {"since": "2026-10"}),
        ("deals-won", "2026-W47", {"since": "2026-W48"}),
        ("deals-won", "2026-W47", {"since": "0001-W01"}),
    ],
)
def test_what_is_no_figure_is_not_there(annas, team, counted, kpi, period, asked):
    assert annas.get(page(team, kpi, period, **asked)).status_code == 404
    assert annas.get(api(team, kpi, period), asked).status_code == 404


def test_programs_read_the_same(annas, mias, team, published):
    hers = annas.get(api(team, "cycle-time-km")).json()
    his = mias.get(api(team, "deals-lost")).json()

    assert (hers["value"], hers["n"], hers["unit"], hers["page"]) == ("3", 5, "days", 1)
    assert hers["results"][0] == {
        "about": {"name": "Camera", "detail": "", "url": f"/teams/{team.slug}/deals/5/"},
        "part": "",
        "began_at": "2026-11-18T00:00:00+01:00",
        "at": None,
        "amount": None,
        "length": 5.0,
        "counts": "lasting",
    }
    assert {fact["about"]["detail"] for fact in his["results"]} == {""}
    assert (his["previous"], his["next"]) == (None, None)


def test_programs_read_page_after_page(annas, team, pipeline, counted):
    builders.many_won(pipeline, [BEGIN + timedelta(hours=hour) for hour in range(60)])

    first = annas.get(api(team, "value-won"), {"since": "2026-W40"}).json()
    won = annas.get(api(team, "deals-won"), {"since": "2026-W40"}).json()
    second = annas.get(won["next"]).json()

    assert (first["results"][0]["amount"], first["since"]) == ("900", "2026-W40")
    assert won["next"].endswith("?page=2&since=2026-W40")
    assert (len(second["results"]), second["next"]) == (11, None)
    assert second["previous"].endswith("?page=1&since=2026-W40")


def test_every_number_leads_to_its_facts(annas, team, published, now):
    update_figures(team, since=BEGIN, at=now)
    for name, args in (("figures", []), ("figure", ["deals-won"]), ("reading", [])):
        content = annas.get(reverse(f"dashboards:{name}", args=[team.slug, *args])).content.decode()

        assert f'href="{page(team, "deals-won")}"' in content, name
    assert f'href="{page(team, "open-deals", LAST.next)}"' in content


@pytest.mark.parametrize("kpi", ["deals-won", "time-in-stage", "cycle-time", "stage-conversion"])
def test_the_page_costs_the_same_however_many_facts(
    annas, team, pipeline, published, kpi, django_assert_num_queries, django_assert_max_num_queries
):
    annas.get(page(team, kpi))
    with django_assert_max_num_queries(14) as few:
        annas.get(page(team, kpi))
    builders.many_won(pipeline, [BEGIN + timedelta(hours=hour) for hour in range(40)])

    with django_assert_num_queries(len(few)):
        annas.get(page(team, kpi))


def test_of_working_hours_the_moment_is_told(annas, anna, team, pipeline, now):
    asked_at = BEGIN + timedelta(days=1, hours=10)
    deal = builders.deal(pipeline, by=anna, at=BEGIN)
    builders.said(deal, by=anna, at=now, occurred_at=asked_at, channel="email")

    (row,) = listing(annas, page(team, "first-response")).rows

    assert (row.began, row.ended) == ("17 Nov 2026 10:00", "")
    assert row.counts.startswith("had not ended yet")


def test_what_makes_no_figure_says_so(annas, team, counted):
    """Half of the deals that began are not over, and none was followed for 90 days."""
    assert listing(annas, page(team, "win-rate-cohort")).adds_up.startswith("These are too few")


def test_what_comes_about_within_some_days_says_so(annas, team, pipeline, counted):
    pipeline.deals.filter(title="Camera").update(opened_at=BEGIN - timedelta(days=100))

    found = listing(annas, page(team, "win-rate-cohort"))

    assert found.adds_up.startswith("By these, 20% come to it within 90 days")
