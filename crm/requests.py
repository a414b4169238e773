"""Requests of people who are logged in."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails

from .models import Role, User

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


View = Callable[Concatenate[AgentRequest, Rest], HttpResponseBase]


def agent_required(view: View[Rest]) -> Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]:
    """Lets in whoever is logged in and belongs to a company; others get the login or a plain word."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        agent = cast(AgentRequest, request)
        if agent.user.tenant_id is None:
            return render(request, "crm/no_company.html", status=403)
        return view(agent, *args, **kwargs)

    return cast(Callable[Concatenate[HttpRequest, Rest], HttpResponseBase], login_required(guarded))


def manager_required(view: View[Rest]) -> Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]:
    """The same for those who answer for the company; an agent is told in plain words that it is not theirs (403)."""

    @wraps(view)
    def guarded(request: AgentRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        if not request.user.sees_everything:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return agent_required(cast(View[Rest], guarded))


def admin_required(view: View[Rest]) -> Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]:
    """The same for the company's administrators alone."""

    @wraps(view)
    def guarded(request: AgentRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        if request.user.role != Role.ADMIN:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return agent_required(cast(View[Rest], guarded))
