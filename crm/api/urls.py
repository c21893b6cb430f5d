from django.urls import path

from crm.api import (
    customers,
    field_views,
    history,
    notes,
    processes,
    views,
    voice,
    waiting,
    work,
)

app_name = "crm-api"

urlpatterns = [
    path("board/", views.BoardView.as_view(), name="board"),
    path("deals/", views.DealsView.as_view(), name="deals"),
    path("deals/<int:number>/", views.DealView.as_view(), name="deal"),
    path("answers/", voice.AnswersView.as_view(), name="answers"),
    path("deals/<int:number>/question/", voice.QuestionView.as_view(), name="deal-question"),
    path("deals/<int:number>/stage/", views.DealStageView.as_view(), name="deal-stage"),
    path("deals/<int:number>/loss/", views.DealLossView.as_view(), name="deal-loss"),
    path("deals/<int:number>/reopening/", views.DealReopeningView.as_view(), name="deal-reopening"),
    path("deals/<int:number>/owner/", views.DealOwnerView.as_view(), name="deal-owner"),
    path("deals/<int:number>/next-step/", views.DealNextStepView.as_view(), name="deal-next-step"),
    path("deals/<int:number>/process/", processes.DealProcessView.as_view(), name="deal-process"),
    path(
        "deals/<int:number>/checklist/",
        processes.DealChecklistView.as_view(),
        name="deal-checklist",
    ),
    path("deals/<int:number>/interactions/", work.InteractionsView.as_view(), name="interactions"),
    path(
        "deals/<int:number>/interactions/<int:interaction>/",
        work.InteractionView.as_view(),
        name="interaction",
    ),
    path(
        "deals/<int:number>/interactions/<int:interaction>/removal/",
        work.InteractionRemovalView.as_view(),
        name="interaction-removal",
    ),
    path(
        "deals/<int:number>/interactions/<int:interaction>/return/",
        work.InteractionReturnView.as_view(),
        name="interaction-return",
    ),
    path("notes/", notes.NotesView.as_view(), name="notes"),
    path("notes/<int:note>/", notes.NoteView.as_view(), name="note"),
    path("notes/<int:note>/removal/", notes.NoteRemovalView.as_view(), name="note-removal"),
    path("notes/<int:note>/return/", notes.NoteReturnView.as_view(), name="note-return"),
    path("notes/<int:note>/reading/", notes.NoteReadingView.as_view(), name="note-reading"),
    path("activities/", work.ActivitiesView.as_view(), name="activities"),
    path("activities/<int:activity>/", work.ActivityView.as_view(), name="activity"),
    path(
        "activities/<int:activity>/completion/",
        work.ActivityCompletionView.as_view(),
        name="activity-completion",
    ),
    path(
        "activities/<int:activity>/removal/",
        work.ActivityRemovalView.as_view(),
        name="activity-removal",
    ),
    path(
        "activities/<int:activity>/reopening/",
        work.ActivityReopeningView.as_view(),
        name="activity-reopening",
    ),
    path("customers/", customers.CustomersView.as_view(), name="customers"),
    path("customers/<int:organization>/", customers.CustomerView.as_view(), name="customer"),
    path(
        "customers/<int:organization>/contacts/",
        customers.CustomerContactsView.as_view(),
        name="customer-contacts",
    ),
    path("contacts/<int:contact>/", customers.ContactView.as_view(), name="contact"),
    path(
        "contacts/<int:contact>/points/",
        customers.ContactPointsView.as_view(),
        name="contact-points",
    ),
    path(
        "contacts/<int:contact>/points/<int:point>/",
        customers.ContactPointView.as_view(),
        name="contact-point",
    ),
    path(
        "affiliations/<int:affiliation>/ending/",
        customers.AffiliationEndingView.as_view(),
        name="affiliation-ending",
    ),
    path("pipelines/", processes.ProcessesView.as_view(), name="processes"),
    path("pipelines/<int:pipeline>/", processes.OneProcessView.as_view(), name="process"),
    path(
        "pipelines/<int:pipeline>/archiving/",
        processes.ProcessArchivingView.as_view(),
        name="process-archiving",
    ),
    path(
        "pipelines/<int:pipeline>/restoring/",
        processes.ProcessRestoringView.as_view(),
        name="process-restoring",
    ),
    path(
        "pipelines/<int:pipeline>/place/",
        processes.ProcessPlaceView.as_view(),
        name="process-place",
    ),
    path(
        "pipelines/<int:pipeline>/revisions/",
        processes.RevisionsView.as_view(),
        name="process-revisions",
    ),
    path("fields/", field_views.FieldsView.as_view(), name="fields"),
    path("fields/<int:field>/", field_views.FieldView.as_view(), name="field"),
    path("fields/<int:field>/place/", field_views.FieldPlaceView.as_view(), name="field-place"),
    path(
        "fields/<int:field>/archiving/",
        field_views.FieldArchivingView.as_view(),
        name="field-archiving",
    ),
    path(
        "fields/<int:field>/restoring/",
        field_views.FieldRestoringView.as_view(),
        name="field-restoring",
    ),
    path("waiting/", waiting.WaitingView.as_view(), name="waiting"),
    path("recycle-bin/", history.RecycleBinView.as_view(), name="recycle-bin"),
    path(
        "recycle-bin/<int:number>/restoration/",
        history.RestorationView.as_view(),
        name="restoration",
    ),
    path("history/<int:entry>/undo/", history.UndoView.as_view(), name="undo"),
    path("history/<int:entry>/batch/undo/", history.UndoBatchView.as_view(), name="undo-batch"),
]
