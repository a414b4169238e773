"""Settings, My preferences: what a person sets for themselves."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from chats.models import Chat, Mute
from chats.people.preferences import PreferencesForm
from crm.actions import end_sessions, record
from crm.models import AuditAct, User
from crm.requests import AgentRequest, agent_required


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def preferences(request: AgentRequest) -> HttpResponse:
    """All on one page, saved together."""
    form = PreferencesForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        with override(user.language):
            messages.success(request, _("Your preferences are saved."))
        return redirect("settings:preferences")
    context = {"form": form, "mutes": _mutes_of(request.user)}
    return render(request, "settings/preferences.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def password(request: AgentRequest) -> HttpResponse:
    """A new password; other browsers of this person are signed out, this one stays."""
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        update_session_auth_hash(request, form.save())
        record(AuditAct.PASSWORD_CHANGED, request.user, request.user)
        end_sessions(request.user, but=request.session.session_key)
        messages.success(request, _("Your password is changed."))
        return redirect("settings:preferences")
    return render(request, "settings/password.html", {"form": form}, status=422 if form.errors else 200)


def _mutes_of(user: User) -> QuerySet[Mute]:
    """What the person has muted and may still see, what ends first on top."""
    visible = Q(chat=None) | Q(chat__in=Chat.objects.visible_to(user))
    return Mute.objects.of(user).in_force().filter(visible).select_related("chat__contact", "session").order_by("until")
