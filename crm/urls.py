from django.urls import path

from crm.views import (
    activities,
    board,
    calendar,
    deal,
    deals,
    fields,
    filters,
    interactions,
    process,
)

app_name = "crm"

urlpatterns = [
    path("board/", board.board, name="board"),
    path("deals/", deals.deals, name="deals"),
    path("deals/filter/", filters.build, name="filter"),
    path("deals/views/", filters.keep, name="views"),
    path("deals/views/<int:view>/", filters.change, name="view"),
    path("deals/views/<int:view>/deletion/", filters.deletion, name="view-deletion"),
    path("deals/views/<int:view>/restoration/", filters.restoration, name="view-restoration"),
    path("deals/<int:number>/", deal.deal, name="deal"),
    path("deals/<int:number>/stage/", board.stage, name="deal-stage"),
    path("deals/<int:number>/owner/", board.owner, name="deal-owner"),
    path("deals/<int:number>/next-step/", deal.next_step, name="deal-next-step"),
    path("deals/<int:number>/loss/", deal.loss, name="deal-loss"),
    path("deals/<int:number>/reopening/", deal.reopening, name="deal-reopening"),
    path("deals/<int:number>/details/", deal.details, name="deal-details"),
    path("deals/<int:number>/interactions/", interactions.log, name="deal-interactions"),
    path(
        "deals/<int:number>/interactions/<int:interaction>/",
        interactions.edit,
        name="deal-interaction",
    ),
    path(
        "deals/<int:number>/interactions/<int:interaction>/removal/",
        interactions.remove,
        name="deal-interaction-removal",
    ),
    path(
        "deals/<int:number>/interactions/<int:interaction>/return/",
        interactions.put_back,
        name="deal-interaction-return",
    ),
    path("deals/<int:number>/activities/", activities.plan, name="deal-activities"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("activities/<int:activity>/", activities.activity, name="activity"),
    path("activities/<int:activity>/completion/", activities.complete, name="activity-completion"),
    path("activities/<int:activity>/removal/", activities.drop, name="activity-removal"),
    path("activities/<int:activity>/reopening/", activities.reopen, name="activity-reopening"),
    path("deals/moves/<int:entry>/undo/", board.move_undo, name="move-undo"),
    path("processes/", process.processes, name="processes"),
    path("processes/history/", process.history, name="process-history"),
    path("processes/<int:pipeline>/", process.process, name="process"),
    path("fields/", fields.fields, name="fields"),
    path("fields/<int:field>/", fields.field, name="field"),
    path("fields/<int:field>/place/", fields.field_place, name="field-place"),
    path("fields/<int:field>/archiving/", fields.field_archiving, name="field-archiving"),
    path("fields/<int:field>/restoring/", fields.field_restoring, name="field-restoring"),
]
