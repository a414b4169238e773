"""What every request is known by, and what a person brings to every page: their language and their company's clock."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from .accounts.rule import must_set_up_second_factor
from .models import User
from .origin import coming_from, origin_of
from .rest.errors import is_api
from .sessions import note_use


class OriginMiddleware:
    """Every line of the log, and of the audit, says of which request it is; so does the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        place = origin_of(request)
        # The threads that serve requests live long: what an earlier one was known by is over. What this one is known
        # by stays until the next: Django writes of an answer that says 404 when all middleware has returned.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=place.request_id)
        with coming_from(place):
            response = self.get_response(request)
            response.headers["X-Request-Id"] = place.request_id
            return response


class PersonalSettingsMiddleware:
    """Activates the user's language and the company's time zone for the length of the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user if isinstance(request.user, User) else None
        language = user.language if user else settings.LANGUAGE_CODE
        zone = user.tenant.zone if user and user.tenant else timezone.get_default_timezone()
        if user:
            structlog.contextvars.bind_contextvars(user=str(user.pk), tenant=str(user.tenant_id))
        if user:
            note_use(request)
        with translation.override(language), timezone.override(zone):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


class SecondFactorMiddleware:
    """Whoever must set up a second factor, and has not, gets its page and the way out, and nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user if isinstance(request.user, User) else None
        if user is None or not must_set_up_second_factor(user):
            return self.get_response(request)
        if is_api(request):  # whose operations ask themselves, and say so in their own shape
            return self.get_response(request)
        page = reverse("settings:second_factor")
        if request.path in {page, reverse("logout")}:
            return self.get_response(request)
        if request.method == "GET" and not request.headers.get("HX-Request"):
            return redirect(page)
        return HttpResponse(status=403, headers={"HX-Redirect": page})
