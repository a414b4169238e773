"""Whoever was invited joins; whoever forgot the password gets another."""

from typing import cast

from axes.utils import reset as unlock
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from procrastinate.contrib.django import app as jobs

from crm.accounts.forms import JoinForm, ResetForm
from crm.actions.audit import record
from crm.actions.invitations import Void, accept, read_token
from crm.actions.sessions import end_sessions
from crm.limits import limited
from crm.models import AuditAct, User
from crm.tasks import SEND_RESET

BACKEND = "crm.backends.PersonBackend"


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an invitation: name and password, and one is in."""
    try:
        found = read_token(token)
        form = JoinForm(request.POST or None, email=found.email)
        if request.method == "POST" and form.is_valid():
            user = accept(token, form.cleaned_data["name"], form.cleaned_data["password1"])
            login(request, user, BACKEND)
            return redirect("chats:inbox")
    except Void as reason:
        return render(request, "crm/invitation_void.html", {"reason": str(reason)}, status=410)
    context = {"form": form, "invitation": found}
    return render(request, "crm/invitation.html", context, status=422 if form.errors else 200)


@limited("reset")
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest) -> HttpResponse:
    """Ask for a link. What is answered is the same whether anybody has this address."""
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        jobs.configure_task(SEND_RESET).defer(email=form.cleaned_data["email"])
        return render(request, "crm/reset_sent.html", {"email": form.cleaned_data["email"]})
    return render(request, "crm/reset.html", {"form": form}, status=422 if form.errors else 200)


class ResetConfirmView(auth_views.PasswordResetConfirmView):
    """The link of the e-mail: a new password, with which every browser has to sign in again."""

    template_name = "crm/reset_confirm.html"
    success_url = reverse_lazy("login")

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:  # type: ignore[type-arg]
        response = super().form_valid(form)
        user = cast(User, form.user)
        unlock(username=user.email)  # who proved to have the mailbox is no guesser
        record(AuditAct.PASSWORD_CHANGED, user, user)
        end_sessions(user)
        messages.success(self.request, _("Your password is changed. Sign in with it."))
        return response
