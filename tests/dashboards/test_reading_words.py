"""How a report is put in words."""

from types import SimpleNamespace

import pytest

from dashboards import reading, writing
from dashboards.periods import Period
from teams import story

LIMITS = {"centre": "5", "lower": "2", "upper": "8", "mean_range": "1.1", "n": 20}
SIGNAL = {
    "rule": "run",
    "side": "down",
    "onset": "2026-09",
    "latest": "2026-10",
    "points": ["2026-09", "2026-10"],
}


def entry(slug="deals-won", **changes):
    return {
        "slug": slug, "unit": "count", "direction": 1, "value": "5", "numerator": "5",
        "denominator": None, "n": 5, "limits": LIMITS, "baseline": {"first": "2026-01"},
        "status": "full", "reason": None, "signal": None, "signals": [],
        "series": [{"period": "2026-09", "value": "5", "n": 5},
                   {"period": "2026-10", "value": None, "n": 0}],
    } | changes  # fmt: skip


def read(*entries):
    payload = {"kind": "month", "kpis": list(entries), "markers": [], "restated": []}
    return reading.read_payload(payload)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (0, "Nothing changed. It is business as usual."),
        (1, "One thing changed. The rest is business as usual."),
        (2, "Two things changed. The rest is business as usual."),
        (7, "7 things changed. The rest is business as usual."),
    ],
)
def test_the_headline_counts_what_changed(changes, sentence):
    assert reading.headline(changes, judged=True) == sentence


def test_a_steady_figure_says_what_to_expect():
    (panel,) = read(entry()).calm

    assert (panel.kind, panel.expectation) == ("steady", "Expect 2 to 8 next month")
    assert panel.why == "Only the normal variation. Nothing to explain."


@pytest.mark.parametrize(
    ("direction", "kind", "word"),
    [(1, "warn", "worse"), (-1, "good", "better"), (0, "neutral", "different")],
)
def test_a_signal_is_good_or_bad_by_the_direction_of_its_measure(direction, kind, word):
    told = read(entry(signal=SIGNAL, signals=[SIGNAL], direction=direction))

    assert [(panel.kind, panel.expectation) for panel in told.changed] == [
        (kind, "Normal was 2 to 8")
    ]
    assert told.lede == [("Deals won", "#kpi-deals-won", word, kind)]


def test_a_range_that_nobody_signed_is_drawn_but_not_judged():
    (panel,) = read(entry(status="team-only", reason="no-locked-baseline", baseline=None)).unjudged

    assert "not yet settled on its normal range" in panel.why
    assert "lim--trial" in panel.chart_svg


def test_a_figure_that_is_not_there_is_a_dash():
    (panel,) = read(entry("win-rate", unit="share", value=None, denominator="0")).calm

    assert panel.value_text == "–"


def test_a_chart_without_periods_is_empty():
    assert reading.panel(entry(series=[]), {"kind": "month", "markers": []}).rows == ()


def test_a_share_of_many_is_a_percentage():
    (panel,) = read(entry("win-rate", unit="share", value="0.4", denominator="10")).calm

    assert panel.value_text == "40%"


def test_a_figure_that_was_missing_is_restated_with_a_dash():
    correction = {
        "kpi": "value-won", "unit": "EUR", "period": "2026-W46", "published": None, "now": "18500"
    }  # fmt: skip
    payload = {"kind": "week", "kpis": [], "markers": [], "restated": [correction]}

    told = reading.read_payload(payload)

    assert told.restated == ["Value won, week 46: published as –, now €18.5k."]


def test_months_are_short_below_a_chart():
    assert writing.short_name(Period.parse("2026-11")) == "Nov 2026"


def test_the_logbook_names_the_normal_range_and_the_report():
    signed = SimpleNamespace(kind="dashboards.baseline.signed", details={"slug": "deals-won"})
    published = SimpleNamespace(kind="dashboards.report.published", details={"period": "2026-W47"})

    assert story.line(signed) == "The normal range of “Deals won” was signed."
    assert story.line(published) == "The report of week 47 was published."


class TestWhatTheTeamChanged:
    def remarks(self, **marker):
        marker = {"period": "2026-10", "text": "Shorter proposals"} | marker
        panel = reading.panel(entry(), {"kind": "month", "markers": [marker]})
        return [[(each.label, each.page) for each in row.markers] for row in panel.rows]

    def test_leads_to_the_page_that_tells_more(self):
        shown = self.remarks(kind="crm.pipeline.revised")

        assert shown == [[], [("Shorter proposals", "crm:process-history")]]

    def test_of_an_older_report_leads_nowhere(self):
        assert self.remarks() == [[], [("Shorter proposals", "")]]
