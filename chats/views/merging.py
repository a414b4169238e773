"""Two people who were put together wrongly are taken apart again."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chats.actions.joining import part_people
from crm.actions import TooLate
from crm.models import ContactMerge
from crm.requests import AgentRequest, agent_required

from .whom import whom_of


@require_POST
@agent_required
def separation(request: AgentRequest, /, merge_id: UUID, **key: UUID) -> HttpResponse:
    """Undo a merge into this person; open pages learn of it over the socket."""
    whom = whom_of(request, **key)
    merge = get_object_or_404(ContactMerge, pk=merge_id, tenant_id=whom.contact.tenant_id, survivor=whom.contact)
    try:
        part_people(merge, request.user)
    except TooLate:
        errors = [_("These conversations were put together more than seven days ago, or are apart already.")]
        return render(request, "chats/live/refused.html", {"errors": errors}, status=422)
    return HttpResponse(status=204)
