"""Requests of people who are logged in."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails

from .models import User

Rest = ParamSpec("Rest")


class AgentRequest(HttpRequest):
    """Somebody who works for a company asks; `htmx` is truthy when the page asks for a fragment."""

    user: User
    htmx: HtmxDetails


def tenant_of(user: User) -> UUID:
    """The company of a person who has come through `agent_required`."""
    if user.tenant_id is None:
        raise PermissionDenied
    return user.tenant_id


View = Callable[Concatenate[AgentRequest, Rest], HttpResponse]


def agent_required(view: View[Rest]) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """Lets in whoever is logged in and belongs to a company; others get the login or a plain word."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        agent = cast(AgentRequest, request)
        if agent.user.tenant_id is None:
            return render(request, "crm/no_company.html", status=403)
        return view(agent, *args, **kwargs)

    return cast(Callable[Concatenate[HttpRequest, Rest], HttpResponse], login_required(guarded))
