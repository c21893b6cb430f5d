"""The team's notes, for programs: the same verbs as on the page of a deal."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.note_serializers import BothNotes, NoteChanges, NoteDraft, NoteFacts, NoteList
from crm.api.serializers import Nothing
from crm.api.views import CrmView
from crm.api.work import PAGE
from crm.api.work_serializers import Seen
from crm.models import Contact, Note, Organization, StaleWork
from crm.web import find_note
from teams.paging import page_of


class NotesView(CrmView):
    @extend_schema(operation_id="notes_list", parameters=[PAGE], responses=NoteList)
    def get(self, request: Request) -> Response:
        """The notes of the team."""
        found = self.team.notes.there().with_mentions().pinned_first()
        found = found.select_related("deal", "organization", "contact", "by")
        page = page_of(found, request.query_params.get("page"))
        return Response(self.show(NoteList, page.listed(request.path)))

    @extend_schema(operation_id="notes_write", request=NoteDraft, responses={201: NoteFacts})
    def post(self, request: Request) -> Response:
        """Write a note."""
        draft = self.read(
            request,
            NoteDraft,
            deals=self.team.deals.select_related("organization", "contact"),
            organizations=Organization.objects.filter(deals__team=self.team).distinct(),
            contacts=Contact.objects.known_to(self.team),
        )
        made = Note.objects.write(self.team, **draft, by=self.writer, at=timezone.now())
        return Response(self.show(NoteFacts, made), status=status.HTTP_201_CREATED)


class NoteView(CrmView):
    @extend_schema(operation_id="notes_read", responses=NoteFacts)
    def get(self, request: Request, note: int) -> Response:
        """One note."""
        return Response(self.show(NoteFacts, find_note(self.team, note)))

    @extend_schema(
        operation_id="notes_edit", request=NoteChanges, responses={200: NoteFacts, 409: BothNotes}
    )
    def patch(self, request: Request, note: int) -> Response:
        """Write it differently, as seen in a version. Who comes second gets both texts back."""
        found = find_note(self.team, note)
        changes = self.read(request, NoteChanges)
        version = changes.pop("version")
        try:
            found.edit(changes, version=version, by=self.writer, at=timezone.now())
        except StaleWork as refusal:
            return self.both(request, refusal, self.show(NoteFacts, found))
        return Response(self.show(NoteFacts, find_note(self.team, note)))


class NoteRemovalView(CrmView):
    @extend_schema(operation_id="notes_remove", request=Seen, responses=NoteFacts)
    def post(self, request: Request, note: int) -> Response:
        """Put it in the bin, as seen in a version."""
        found = find_note(self.team, note)
        found.remove(**self.read(request, Seen), by=self.writer, at=timezone.now())
        return Response(self.show(NoteFacts, found))


class NoteReturnView(CrmView):
    @extend_schema(operation_id="notes_return", request=Nothing, responses=NoteFacts)
    def post(self, request: Request, note: int) -> Response:
        """Take it out of the bin."""
        found = find_note(self.team, note, removed=True)
        self.read(request, Nothing)
        found.put_back(by=self.writer, at=timezone.now())
        return Response(self.show(NoteFacts, found))


class NoteReadingView(CrmView):
    @extend_schema(operation_id="notes_has_been_read", request=Nothing, responses=NoteFacts)
    def post(self, request: Request, note: int) -> Response:
        """Whoever asks has read it."""
        found = find_note(self.team, note)
        self.read(request, Nothing)
        found.has_been_read(by=self.writer, at=timezone.now())
        return Response(self.show(NoteFacts, found))
