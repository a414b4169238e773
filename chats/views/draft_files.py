"""Files that wait in an agent's draft: uploaded when they are chosen, shown to nobody else, gone when they are sent."""

from collections.abc import Iterable
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from chats import actions
from chats.forms import DraftFileForm, UploadForm
from chats.models import Chat, DraftFile
from crm.limits import limited_uploads
from crm.requests import AgentRequest, agent_required

from .answers import chat_of
from .media import serve


@require_POST
@limited_uploads
@agent_required
def draft_files(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """Take one file; the answer is its chip for the tray, or (422) the plain reason why not."""
    chat, form = chat_of(request, chat_id), UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _refused(str(error) for errors in form.errors.values() for error in errors)
    about = form.cleaned_data
    try:
        file = actions.add_draft_file(
            chat,
            request.user,
            about["file"],
            form.facts,
            meant=about["meant"],
            position=about["position"] or 0,
            upload_key=about["key"],
        )
    except actions.TooManyFiles as reason:
        return _refused([str(reason)])
    return _chip(request, chat, file)


@require_POST
@agent_required
def draft_file(request: AgentRequest, chat_id: UUID, file_id: UUID) -> HttpResponse:
    """Change its caption, or what it is sent as; the names of the fields begin with the file's id."""
    chat, file = _own(request, chat_id, file_id)
    form = DraftFileForm(request.POST, prefix=str(file.pk))
    if not form.is_valid():
        return _refused(str(error) for errors in form.errors.values() for error in errors)
    actions.change_draft_file(file, **form.changes())
    return _chip(request, chat, file)


@require_POST
@agent_required
def removal(request: AgentRequest, chat_id: UUID, file_id: UUID) -> HttpResponse:
    """Take it out of the draft, and out of the storage. An empty answer takes the chip away."""
    actions.remove_draft_files([_own(request, chat_id, file_id)[1]])
    return HttpResponse()


@require_safe
@agent_required
def content(request: AgentRequest, chat_id: UUID, file_id: UUID) -> HttpResponseBase:
    """The file itself, for its own author."""
    file = _own(request, chat_id, file_id)[1]
    return serve(request, file.file, file.mime_type, file.name)


@require_safe
@agent_required
def thumbnail(request: AgentRequest, chat_id: UUID, file_id: UUID) -> HttpResponseBase:
    """Its small picture, where it has one."""
    file = _own(request, chat_id, file_id)[1]
    if not file.thumbnail:
        raise Http404
    return serve(request, file.thumbnail, "image/webp")


def _own(request: AgentRequest, chat_id: UUID, file_id: UUID) -> tuple[Chat, DraftFile]:
    chat = chat_of(request, chat_id)
    return chat, get_object_or_404(DraftFile.objects.drafted(request.user, chat), pk=file_id)


def _chip(request: AgentRequest, chat: Chat, file: DraftFile) -> HttpResponse:
    return render(request, "chats/composer/_chip.html", {"chat": chat, "file": file})


def _refused(reasons: Iterable[str]) -> HttpResponse:
    return HttpResponse(" ".join(reasons), status=422, content_type="text/plain; charset=utf-8")
