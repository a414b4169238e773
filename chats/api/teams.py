"""The teams that people form."""

from typing import Annotated
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from chats import actions
from crm.actions.company import save_team
from crm.actions.pipelines import StillNeeded
from crm.models import ApiScope, Team, User
from crm.requests import tenant_of
from crm.rest import ApiRequest, Body, Rest, Shape, answer, conflict, invalid, managers_only, nothing

router = Rest(tags=["People and teams"])
COLOUR = r"^#[0-9a-fA-F]{6}$"
MOST_MEMBERS = 500


class TeamShape(Shape):
    id: UUID
    name: str
    colour: str
    member_ids: list[UUID]


class AllTeams(Shape):
    """All of them."""

    items: list[TeamShape]


class NewTeam(Body):
    name: str = Field(min_length=1, max_length=60)
    colour: str = Field("#2563eb", pattern=COLOUR)
    member_ids: list[UUID] = Field(default=[], max_length=MOST_MEMBERS)


class TeamChanges(Body):
    name: str | None = Field(None, min_length=1, max_length=60)
    colour: str | None = Field(None, pattern=COLOUR)
    member_ids: list[UUID] | None = Field(None, max_length=MOST_MEMBERS, description="All of its members.")


@router.read("/teams", ApiScope.COMPANY_READ, AllTeams, summary="List teams")
def list_teams(request: ApiRequest) -> HttpResponse:
    """By name, each with the ids of its members."""
    return answer(request, AllTeams.model_construct(items=[_team_shape(team) for team in _teams(request)]))


@router.create(
    "/teams", ApiScope.ADMIN, TeamShape, summary="Create a team", example={"name": "Suporte", "colour": "#16a34a"}
)
def create_team(request: ApiRequest, body: NewTeam) -> HttpResponse:
    """A team with a queue of its own. For managers."""
    managers_only(request)
    team = Team(tenant_id=tenant_of(request.user), name=body.name, colour=body.colour.lower())
    return answer(request, _team_shape(save_team(team, request.user, _members(request, body.member_ids))), 201)


@router.read("/teams/{uuid:team_id}", ApiScope.COMPANY_READ, TeamShape, summary="Get a team")
def get_team(request: ApiRequest, team_id: UUID) -> HttpResponse:
    """One team of the company."""
    return answer(request, _team_shape(get_object_or_404(_teams(request), pk=team_id)))


@router.change("/teams/{uuid:team_id}", ApiScope.ADMIN, TeamShape, summary="Change a team", example={"member_ids": []})
def change_team(request: ApiRequest, team_id: UUID, body: TeamChanges) -> HttpResponse:
    """Name, colour and members. For managers."""
    managers_only(request)
    with transaction.atomic():
        team = get_object_or_404(_teams(request), pk=team_id)
        team.name, team.colour = body.name or team.name, (body.colour or team.colour).lower()
        members = None if body.member_ids is None else _members(request, body.member_ids)
        return answer(request, _team_shape(save_team(team, request.user, members)))


@router.remove("/teams/{uuid:team_id}", ApiScope.ADMIN, summary="Delete a team")
def remove_team(
    request: ApiRequest,
    team_id: UUID,
    takes_over_id: Annotated[
        UUID | None, Query(description="The team whose its chats are from now on; without it, nobody's in particular.")
    ] = None,
) -> HttpResponse:
    """Its members stay, without it. For managers.

    409 `still_needed` while it has quick replies.
    """
    managers_only(request)
    team = get_object_or_404(_teams(request), pk=team_id)
    heir = _teams(request).exclude(pk=team.pk).filter(pk=takes_over_id).first() if takes_over_id else None
    if takes_over_id and heir is None:
        raise invalid("takes_over_id", "The company has no such team.")
    try:
        actions.remove_team(team, request.user, heir=heir)
    except StillNeeded as reason:
        raise conflict("still_needed", str(reason)) from reason
    return nothing()


def _teams(request: ApiRequest) -> QuerySet[Team]:
    return Team.objects.filter(tenant_id=tenant_of(request.user)).prefetch_related("members")


def _members(request: ApiRequest, wanted: list[UUID]) -> list[User]:
    found = list(User.objects.filter(tenant_id=tenant_of(request.user), is_active=True, pk__in=wanted))
    if len(found) < len(set(wanted)):
        raise invalid("member_ids", "Not all of them work in this company.")
    return found


def _team_shape(team: Team) -> TeamShape:
    members = sorted(member.pk for member in team.members.all())
    return TeamShape.model_construct(id=team.pk, name=team.name, colour=team.colour, member_ids=members)
