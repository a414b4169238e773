"""Whether a person's messages begin with their name."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from crm.requests import AgentRequest, agent_required


@require_POST
@agent_required
def signature(request: AgentRequest) -> HttpResponse:
    """On with `signs`, off without."""
    request.user.signs = "signs" in request.POST
    request.user.save(update_fields=["signs"])
    return HttpResponse(status=204)
