"""Those who work in the company, and the teams they form."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from crm.actions.company import change_person, save_team
from crm.models import ApiScope, Presence, Role, Team, User
from crm.presence import is_present
from crm.requests import tenant_of
from crm.rest import (
    LIMIT,
    ApiRequest,
    Body,
    Cursor,
    Limit,
    Page,
    Rest,
    Shape,
    admins_only,
    answer,
    conflict,
    cut,
    invalid,
    managers_only,
    newest_first,
)
from crm.rest.paging import moment_key

router = Rest(tags=["People and teams"])
COLOUR = r"^#[0-9a-fA-F]{6}$"
MOST_MEMBERS = 500


class UserShape(Shape):
    id: UUID
    name: str
    email: str
    role: Role
    is_active: bool
    presence: Presence = Field(description="What the person chose to be.")
    is_present: bool = Field(description="Whether a page of theirs is open now, and they are available.")
    team_ids: list[UUID]
    created_at: datetime


class UserChanges(Body):
    name: str | None = Field(None, min_length=1, max_length=120)
    role: Role | None = None
    is_active: bool | None = Field(None, description="Whoever is not can neither log in nor use a token.")


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


@router.read("/me", ApiScope.COMPANY_READ, UserShape, summary="Get oneself")
def get_me(request: ApiRequest) -> HttpResponse:
    """Whom the token or session belongs to."""
    return answer(request, _user_shape(_people(request).get(pk=request.user.pk)))


@router.read("/users", ApiScope.COMPANY_READ, Page[UserShape], summary="List users")
def list_users(
    request: ApiRequest,
    cursor: Cursor = "",
    limit: Limit = LIMIT,
    is_active: bool | None = None,
    role: Role | None = None,
    team_id: Annotated[UUID | None, Query(description="Members of this team.")] = None,
) -> HttpResponse:
    """The people of the company, the newest first."""
    given = {"is_active": is_active, "role": role, "teams": team_id}
    people = _people(request).filter(**{name: value for name, value in given.items() if value is not None})
    found = list(newest_first(people, "created_at", cursor)[: limit + 1])
    items, following = cut(found, limit, _user_shape, lambda user: moment_key(user.created_at, user.pk))
    return answer(request, Page[UserShape].model_construct(items=items, next=following))


@router.read("/users/{uuid:user_id}", ApiScope.COMPANY_READ, UserShape, summary="Get a user")
def get_user(request: ApiRequest, user_id: UUID) -> HttpResponse:
    """One person of the company."""
    return answer(request, _user_shape(get_object_or_404(_people(request), pk=user_id)))


@router.change("/users/{uuid:user_id}", ApiScope.ADMIN, UserShape, summary="Change a user", example={"role": "MANAGER"})
def change_user(request: ApiRequest, user_id: UUID, body: UserChanges) -> HttpResponse:
    """Name, role, and whether they work here still. For administrators; 409 `oneself` where it would lock one out."""
    admins_only(request)
    user = get_object_or_404(_people(request), pk=user_id)
    if user == request.user and (body.is_active is False or body.role not in {None, Role.ADMIN}):
        raise conflict("oneself", "Nobody takes the administration away from oneself.")
    changes = {name: value for name, value in body.given("name", "role", "is_active").items() if value is not None}
    return answer(request, _user_shape(change_person(user, request.user, **changes)))


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


def _people(request: ApiRequest) -> QuerySet[User]:
    return User.objects.filter(tenant_id=tenant_of(request.user)).prefetch_related("teams")


def _teams(request: ApiRequest) -> QuerySet[Team]:
    return Team.objects.filter(tenant_id=tenant_of(request.user)).prefetch_related("members")


def _members(request: ApiRequest, wanted: list[UUID]) -> list[User]:
    found = list(User.objects.filter(tenant_id=tenant_of(request.user), is_active=True, pk__in=wanted))
    if len(found) < len(set(wanted)):
        raise invalid("member_ids", "Not all of them work in this company.")
    return found


def _user_shape(user: Any) -> UserShape:
    names = ("name", "email", "role", "is_active", "presence", "created_at")
    return UserShape.model_construct(
        id=user.pk,
        is_present=is_present(user),
        team_ids=sorted(team.pk for team in user.teams.all()),
        **{name: getattr(user, name) for name in names},
    )


def _team_shape(team: Team) -> TeamShape:
    members = sorted(member.pk for member in team.members.all())
    return TeamShape.model_construct(id=team.pk, name=team.name, colour=team.colour, member_ids=members)
