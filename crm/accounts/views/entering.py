"""Coming in, in one step or two, and going out."""

from typing import Any, cast

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, login
from django.contrib.auth import views as auth_views
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from crm.accounts.forms import CodeForm, EmailLoginForm
from crm.actions.second_factor import verify_second_factor
from crm.entering import note_failure, verdict_on
from crm.limits import too_many
from crm.live import nudge, user_group
from crm.models import User

HALF_WAY = "_half_way"
HALF_WAY_SECONDS = 600


class LoginView(auth_views.LoginView):
    """The way in; whoever is in already goes on to the inbox, and who has a second factor to its page."""

    template_name = "crm/login.html"
    authentication_form = EmailLoginForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Whoever was wrong too often at this address is not even heard."""
        verdict = verdict_on(request)
        if not verdict.is_allowed:
            return too_many(request, verdict)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        user = cast(EmailLoginForm, form).get_user()
        if not user.has_second_factor:
            return super().form_valid(cast(EmailLoginForm, form))
        self.request.session.cycle_key()
        self.request.session[HALF_WAY] = {
            "user": str(user.pk),
            "backend": getattr(user, "backend", settings.AUTHENTICATION_BACKENDS[-1]),
            "at": timezone.now().timestamp(),
            "password": user.get_session_auth_hash(),
            "next": self.get_success_url(),
        }
        return redirect("second_factor_code")


class LogoutView(auth_views.LogoutView):
    """The way out; other pages of the same login are told to leave."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        user = request.user
        response = super().post(request, *args, **kwargs)
        if isinstance(user, User):
            nudge(user_group(user.pk), "signed_out", user=str(user.pk))
        return response


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the app, or a recovery code."""
    half_way = _half_way(request)
    if half_way is None:
        return redirect("login")
    verdict = verdict_on(request)
    if request.method == "POST" and not verdict.is_allowed:
        return too_many(request, verdict)
    user, told = half_way
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if verify_second_factor(user, form.cleaned_data["code"]):
            del request.session[HALF_WAY]
            login(request, user, told["backend"])
            return redirect(told["next"])
        note_failure(request)
        form.add_error("code", _("This code is wrong or was used already. Try the next one."))
    return render(request, "crm/code.html", {"form": form}, status=422 if form.errors else 200)


def admin_login(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """The admin has no door of its own: there is one, with all its locks."""
    if request.user.is_authenticated:
        raise PermissionDenied
    target = request.GET.get("next") or reverse("admin:index")
    return redirect(f"{reverse('login')}?{urlencode({'next': target})}")


def _half_way(request: HttpRequest) -> tuple[User, dict[str, Any]] | None:
    """Who has shown the password in this browser, lately, and has it still."""
    told = request.session.get(HALF_WAY)
    if not told or timezone.now().timestamp() - told["at"] > HALF_WAY_SECONDS or BACKEND_SESSION_KEY in request.session:
        return None
    user = User.objects.filter(pk=told["user"], is_active=True).first()
    return (user, told) if user and user.get_session_auth_hash() == told["password"] else None
