from django.urls import path

from dashboards.views import (
    by_mail,
    choice,
    draft,
    each,
    facts,
    figures,
    files,
    known,
    objectives,
    ranges,
    reading,
    receipt,
)

app_name = "dashboards"
urlpatterns = [
    path("reading/", reading.reading_room, name="reading"),
    path("reading/months/", reading.reading_months, name="reading-months"),
    path("reading/by-mail/", by_mail.by_mail, name="by-mail"),
    path("reading/known/", known.room, name="reading-known"),
    path("steered-by/", choice.choice, name="choice"),
    path("figures/", figures.figures, name="figures"),
    path("figures/<slug:kpi>/", figures.figure, name="figure"),
    path("reading/<slug:period>/draft/", draft.draft, name="draft"),
    path("reading/<slug:period>/draft/<slug:kpi>/", draft.words, name="words"),
    path("figures/<slug:kpi>/normal-range/", ranges.normal_range, name="range"),
    path("figures/<slug:kpi>/normal-range/signing/", ranges.signing, name="range-signing"),
    path("figures/<slug:kpi>/each/", each.each, name="each"),
    path("figures/<slug:kpi>/cohorts/", each.cohorts, name="cohorts"),
    path("figures/<slug:kpi>/objective/", objectives.new, name="objective-new"),
    path("objectives/", objectives.objectives_of_the_team, name="objectives"),
    path("objectives/<int:objective>/", objectives.objective, name="objective"),
    path("objectives/<int:objective>/<slug:answer>/", objectives.answer, name="objective-answer"),
    path("figures/<slug:kpi>/known/", known.known, name="known"),
    path("figures/<slug:kpi>/<slug:period>/", facts.facts, name="facts"),
    path("reading/<slug:period>/report.pdf", files.pdf, name="report-pdf"),
    path("reading/<slug:period>/figures.csv", files.csv, name="report-csv"),
    path("reading/<slug:period>/receipt/", receipt.receipt, name="receipt"),
    path("reading/<slug:period>/", reading.reading_report, name="report"),
]
