"""Coming in and going out."""

from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from .entering import verdict_on
from .limits import too_many
from .live import nudge, user_group
from .models import User


class EmailLoginForm(AuthenticationForm):
    """The e-mail address and the password; the case of the address does not matter."""

    error_messages = {
        "invalid_login": _("The e-mail or the password is wrong."),
        "inactive": _("This account is switched off."),
    }

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().lower()


class LoginView(auth_views.LoginView):
    """The way in; whoever is in already goes on to the inbox."""

    template_name = "crm/login.html"
    authentication_form = EmailLoginForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Whoever was wrong too often at this address is not even heard."""
        verdict = verdict_on(request)
        if not verdict.is_allowed:
            return too_many(request, verdict)
        return super().post(request, *args, **kwargs)


class LogoutView(auth_views.LogoutView):
    """The way out; other pages of the same login are told to leave."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        user = request.user
        response = super().post(request, *args, **kwargs)
        if isinstance(user, User):
            nudge(user_group(user.pk), "signed_out", user=str(user.pk))
        return response
