"""The past of a number: brought in, watched, and stopped."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from chats.waha import control, importing
from chats.waha.forms import ImportForm
from chats.waha.models import WhatsAppSession
from chats.waha.progress import Past
from crm.models import AuditAct
from crm.requests import AgentRequest, manager_required

from .pages import number_of


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def history(request: AgentRequest, session_id: UUID) -> HttpResponse:
    """GET: how far it has come. POST: bring in the last `days` days; one that is under way goes on."""
    session = number_of(request.user, session_id)
    form = ImportForm(request.POST or None)
    if request.method != "POST":
        return _shown(request, session)
    if not form.is_valid():
        return _shown(request, session, form, status=422)
    days = form.cleaned_data["days"]
    try:
        importing.start(session, days, by=request.user)
        control.audit(session, AuditAct.NUMBER_IMPORTED, request.user, days=str(days))
    except importing.AlreadyRunning:
        pass
    return _shown(request, session) if request.htmx else redirect(session.page)


@require_POST
@manager_required
def cancellation(request: AgentRequest, session_id: UUID) -> HttpResponse:
    """Stop it after the page in hand; what came in stays."""
    session = number_of(request.user, session_id)
    importing.cancel(session)
    control.audit(session, AuditAct.NUMBER_IMPORT_CANCELLED, request.user)
    return _shown(request, session) if request.htmx else redirect(session.page)


def _shown(
    request: AgentRequest, session: WhatsAppSession, form: ImportForm | None = None, status: int = 200
) -> HttpResponse:
    context = {"session": session, "past": Past.of(session), "import_form": form or ImportForm()}
    return render(request, "waha/_history.html", context, status=status)
