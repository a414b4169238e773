"""My logins: in which browsers one is logged in, and the end of them."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.actions.sessions import end_session, end_sessions
from crm.models import UserSession
from crm.requests import AgentRequest, agent_required


@require_safe
@agent_required
def logins(request: AgentRequest) -> HttpResponse:
    """All of them, this one marked."""
    context = {"logins": UserSession.objects.of(request.user), "here": request.session.session_key}
    return render(request, "settings/logins.html", context)


@require_POST
@agent_required
def login_end(request: AgentRequest, login_id: UUID) -> HttpResponse:
    """One browser is logged out; this very one goes to the way in."""
    session = get_object_or_404(UserSession.objects.of(request.user), pk=login_id)
    if session.session_key == request.session.session_key:
        logout(request)
        return redirect("login")
    end_session(session)
    messages.success(request, _("That browser is logged out."))
    return redirect("settings:logins")


@require_POST
@agent_required
def logins_end(request: AgentRequest) -> HttpResponse:
    """Every browser is logged out, this one too."""
    user = request.user
    logout(request)
    end_sessions(user)
    messages.success(request, _("You are logged out everywhere."))
    return redirect("login")
