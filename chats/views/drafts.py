"""What this person is writing is kept, wherever they open the conversation next."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from chats.actions.drafts import save_draft
from chats.composing.writing_forms import DraftForm
from chats.models import Message
from chats.templatetags.moments import instant
from crm.requests import AgentRequest, agent_required

from .answers import chat_of


@require_POST
@agent_required
def draft(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """Keep the words; the answer is the server's time of them, by which a page knows which of two copies is newer."""
    chat, form = chat_of(request, chat_id), DraftForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    data = form.cleaned_data
    quoted = Message.objects.filter(chat=chat, pk=data["quoted"]).first() if data["quoted"] else None
    kept_at = save_draft(request.user, chat, data["text"], is_note=data["note"], quoted=quoted)
    return HttpResponse(instant(kept_at), content_type="text/plain")
