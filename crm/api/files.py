"""The team's files, for programs: the same verbs as on the page of a deal."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.file_serializers import FileDraft, FileFacts, FileList
from crm.api.serializers import Nothing
from crm.api.views import CrmView
from crm.api.work import PAGE
from crm.models import Attachment
from crm.web import find_deal, find_file, find_note
from teams.paging import page_of


class FileView(CrmView):
    """What the views below share: keeping what was sent, and showing it."""

    def attach(self, request: Request, **thing: Any) -> Response:
        file = self.read(request, FileDraft)["file"]
        made = Attachment.objects.attach(
            file, file.name, by=self.writer, at=timezone.now(), **thing
        )
        return Response(self.show(FileFacts, made), status=status.HTTP_201_CREATED)


class DealFilesView(FileView):
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="deal_files_list", parameters=[PAGE], responses=FileList)
    def get(self, request: Request, number: int) -> Response:
        """The files of a deal, the newest first."""
        found = find_deal(self.team, number).attachments.there().select_related("by")
        page = page_of(found.order_by("-added_at", "-pk"), request.query_params.get("page"))
        return Response(self.show(FileList, page.listed(request.path)))

    @extend_schema(operation_id="deal_files_attach", request=FileDraft, responses={201: FileFacts})
    def post(self, request: Request, number: int) -> Response:
        """Keep a file with a deal."""
        return self.attach(request, deal=find_deal(self.team, number))


class NoteFilesView(FileView):
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="note_files_list", parameters=[PAGE], responses=FileList)
    def get(self, request: Request, note: int) -> Response:
        """The files of a note, the newest first."""
        found = find_note(self.team, note).attachments.there().select_related("by")
        page = page_of(found.order_by("-added_at", "-pk"), request.query_params.get("page"))
        return Response(self.show(FileList, page.listed(request.path)))

    @extend_schema(operation_id="note_files_attach", request=FileDraft, responses={201: FileFacts})
    def post(self, request: Request, note: int) -> Response:
        """Keep a file with a note."""
        return self.attach(request, note=find_note(self.team, note))


class FileRemovalView(FileView):
    @extend_schema(operation_id="files_remove", request=Nothing, responses=FileFacts)
    def post(self, request: Request, file: int) -> Response:
        """Put it in the bin."""
        found = find_file(self.team, file)
        self.read(request, Nothing)
        found.remove(by=self.writer, at=timezone.now())
        return Response(self.show(FileFacts, found))


class FileReturnView(FileView):
    @extend_schema(operation_id="files_return", request=Nothing, responses=FileFacts)
    def post(self, request: Request, file: int) -> Response:
        """Take it out of the bin."""
        found = find_file(self.team, file, removed=True)
        self.read(request, Nothing)
        found.put_back(by=self.writer, at=timezone.now())
        return Response(self.show(FileFacts, found))
