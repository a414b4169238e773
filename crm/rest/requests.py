"""Who asks: a bearer token, or a person's session with the CSRF token of a page."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from crm.accounts.rule import must_set_up_second_factor
from crm.actions.tokens import find_token
from crm.limits import count
from crm.models import ApiScope, Role
from crm.requests import AgentRequest

from .errors import PLAIN, ApiError, forbidden


class ApiRequest(AgentRequest):
    """A request that somebody of a company makes."""


class Bearer(HttpBearer):
    """`Authorization: Bearer atd_…`: a token of *Configurações → API*, with the scope that the operation names."""

    def __init__(self, scope: ApiScope) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Any:
        if "Authorization" not in request.headers:
            return None
        scheme, _space, secret = request.headers["Authorization"].partition(" ")
        # What was brought and does not fit is never passed over in favour of a cookie.
        return self.authenticate(request, secret.strip() if scheme.lower() == "bearer" else "")

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        known = find_token(token)
        if known is None:
            raise ApiError(401, *PLAIN[401])
        if not known.allows(self.scope):
            raise ApiError(403, "scope_missing", f"This token may not be used for {self.scope.value}.")
        _pace("api", f"token:{known.pk}")
        request.user = known.user
        # As the middleware does for a session; it puts back what was before.
        translation.activate(known.user.language)
        if known.user.tenant:
            timezone.activate(known.user.tenant.zone)
        return known


class Session(APIKeyCookie):
    """The cookie of somebody who is logged in; whatever changes anything brings `X-CSRFToken` too."""

    param_name = settings.SESSION_COOKIE_NAME

    def _get_key(self, request: HttpRequest) -> str | None:
        if check_csrf(request):
            raise ApiError(403, "csrf", "The CSRF token is missing or does not fit.")
        return request.COOKIES.get(self.param_name)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        if not request.user.is_authenticated:
            raise ApiError(401, *PLAIN[401])
        if request.user.tenant_id is None:
            raise forbidden("The platform's administrator belongs to no company.")
        if must_set_up_second_factor(request.user):
            raise ApiError(403, "second_factor_missing", "The company asks for two-step verification: set it up first.")
        _pace("api", f"user:{request.user.pk}")
        return request.user


def refuse_unknown(request: HttpRequest, known: Collection[str]) -> None:
    """Raise 422 for parameters of the address that the operation does not take: a filter with a slip in its name would
    otherwise answer everything."""
    if unknown := sorted(set(request.GET) - set(known)):
        message = "This operation takes no such parameter."
        raise ApiError(422, "invalid", f"{message[:-1]}: {', '.join(unknown)}.", {name: [message] for name in unknown})


def pace_uploads(request: ApiRequest) -> None:
    """Raise 429 for one file too many."""
    _pace("upload", f"user:{request.user.pk}")


def _pace(kind: str, who: str) -> None:
    verdict = count(kind, who)
    if not verdict.is_allowed:
        raise ApiError(429, *PLAIN[429], headers=verdict.headers())


def managers_only(request: ApiRequest) -> None:
    """Raise 403 for those who do not answer for the company."""
    if not request.user.sees_everything:
        raise forbidden("Only managers and administrators may do that.")


def admins_only(request: ApiRequest) -> None:
    """Raise 403 for all but the company's administrators."""
    if request.user.role != Role.ADMIN:
        raise forbidden("Only administrators may do that.")
