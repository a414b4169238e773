"""An agent takes back what they have just done."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from chats.actions.lead_list import LEADS, undo_leads
from chats.actions.undo import TooLate, undo
from chats.models import UndoStep
from crm.requests import AgentRequest, agent_required


@require_POST
@agent_required
def undoing(request: AgentRequest, step_id: UUID) -> HttpResponse:
    """Undo one step of this person's own."""
    step = get_object_or_404(UndoStep, pk=step_id, user=request.user)
    try:
        (undo_leads if step.what == LEADS else undo)(step, request.user)
    except TooLate as reason:
        return render(request, "chats/live/undo.html", {"text": str(reason)})
    return render(request, "chats/live/undo.html")


def offer_undo(request: AgentRequest, step: UndoStep, text: str) -> HttpResponse:
    """The answer to an act that can be taken back: a line with *Undo* that stands for ten seconds."""
    return render(request, "chats/live/undo.html", {"text": text, "step": step if step.before else None})
