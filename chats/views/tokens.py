"""Settings, API: the keys that other programs hold for a person. A secret is shown once, when it is made."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.actions import create_token, revoke_token
from crm.models import ApiToken, Role, User
from crm.requests import AgentRequest, agent_required
from crm.token_forms import TokenForm
from notifications.bell import bell_of


@require_safe
@agent_required
def tokens(request: AgentRequest) -> HttpResponse:
    """The person's own tokens; for administrators also those of their colleagues."""
    return render(request, "settings/api/page.html", {**_lists(request.user), "bell": bell_of(request.user)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def token_new(request: AgentRequest) -> HttpResponse:
    """The form of a new token, and the token with its secret, which nobody can read again."""
    form = TokenForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        token, secret = create_token(request.user, wanted["name"], wanted["scopes"], form.expires_at)
        context = {"token": token, "secret": secret, **_lists(request.user)}
        return render(request, "settings/api/made.html", context)
    return render(request, "settings/api/new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@agent_required
def revocation(request: AgentRequest, token_id: UUID) -> HttpResponse:
    """It opens nothing any more."""
    revoke_token(get_object_or_404(_revocable(request.user), pk=token_id), request.user)
    return render(request, "settings/api/_lists.html", _lists(request.user))


def _lists(user: User) -> dict[str, object]:
    others = ApiToken.objects.none()
    if user.role == Role.ADMIN:
        others = ApiToken.objects.filter(tenant=user.tenant_id).exclude(user=user).select_related("user")
    return {"own": ApiToken.objects.of(user), "others": others.order_by("user__name", "-created_at")}


def _revocable(user: User) -> QuerySet[ApiToken]:
    """One's own; an administrator's are all of the company's."""
    company = ApiToken.objects.filter(tenant=user.tenant_id)
    return company if user.role == Role.ADMIN else company.filter(user=user)
