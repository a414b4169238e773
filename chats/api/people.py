"""Those who work in the company, and who is asked to."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from chats import actions
from crm.actions import NotAllowed, change_person, invite, send_again, switch_on, take_back
from crm.models import ApiScope, Invitation, Presence, Role, Team, User
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
    nothing,
)
from crm.rest.paging import moment_key

router = Rest(tags=["People and teams"])
MOST_TEAMS = 100


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
    team_ids: list[UUID] | None = Field(None, max_length=MOST_TEAMS, description="All of the teams they are in.")
    is_active: bool | None = Field(
        None, description="Whoever is not can neither log in nor use a token; their open chats go back to the queue."
    )


class NewUser(Body):
    """Whom to ask, and as what they shall work here."""

    email: str = Field(min_length=3, max_length=254, examples=["clara@empresa.example"])
    role: Role = Role.AGENT
    team_ids: list[UUID] = Field(default=[], max_length=MOST_TEAMS)


class InvitationShape(Shape):
    id: UUID
    email: str
    role: Role
    team_ids: list[UUID]
    sent_at: datetime
    expires_at: datetime = Field(description="The link of the e-mail opens nothing from then on.")


class AllInvitations(Shape):
    """All that are open: not accepted, and not taken back."""

    items: list[InvitationShape]


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
    """Name, role, teams, and whether they work here still. For administrators.

    409 `oneself` for one's own role or end; 409 `last_administrator` where the company would be left without one.
    """
    admins_only(request)
    person = get_object_or_404(_people(request), pk=user_id)
    teams = None if body.team_ids is None else _teams(request, body.team_ids)
    try:
        with transaction.atomic():
            change_person(person, request.user, name=body.name, role=body.role, teams=teams)
            if body.is_active is False and person.is_active:
                actions.let_go(person, request.user)
            elif body.is_active and not person.is_active:
                switch_on(person, request.user)
    except NotAllowed as reason:
        raise conflict("oneself" if person == request.user else "last_administrator", str(reason)) from reason
    return answer(request, _user_shape(_people(request).get(pk=user_id)))


@router.create(
    "/users",
    ApiScope.ADMIN,
    InvitationShape,
    summary="Invite a user",
    example={"email": "clara@empresa.example", "role": "AGENT"},
)
def invite_user(request: ApiRequest, body: NewUser) -> HttpResponse:
    """Ask somebody by e-mail to join: they are a user once they have chosen a password. For administrators.

    An address that was asked already is asked anew, and its earlier link is void. 409 `works_here` for a colleague's.
    """
    admins_only(request)
    email = body.email.lower()
    try:
        validate_email(email)
    except ValidationError as reason:
        raise invalid("email", " ".join(reason.messages)) from reason
    if _people(request).filter(email=email).exists():
        raise conflict("works_here", "Somebody of the company has this address; where they left, switch them on again.")
    made = invite(request.user, email, body.role, _teams(request, body.team_ids))
    return answer(request, _invitation_shape(made), 201)


@router.read("/invitations", ApiScope.ADMIN, AllInvitations, summary="List invitations")
def list_invitations(request: ApiRequest) -> HttpResponse:
    """Who was asked to join and has not yet, the latest first. For managers."""
    managers_only(request)
    return answer(request, AllInvitations.model_construct(items=list(map(_invitation_shape, _invitations(request)))))


@router.act(
    "/invitations/{uuid:invitation_id}/sending", ApiScope.ADMIN, InvitationShape, summary="Send an invitation again"
)
def invite_again(request: ApiRequest, invitation_id: UUID) -> HttpResponse:
    """A new link, good for another week; the earlier one is void. For administrators."""
    admins_only(request)
    invitation = get_object_or_404(_invitations(request), pk=invitation_id)
    return answer(request, _invitation_shape(send_again(invitation)))


@router.remove("/invitations/{uuid:invitation_id}", ApiScope.ADMIN, summary="Take an invitation back")
def remove_invitation(request: ApiRequest, invitation_id: UUID) -> HttpResponse:
    """Its link is void. For administrators."""
    admins_only(request)
    take_back(get_object_or_404(_invitations(request), pk=invitation_id))
    return nothing()


def _people(request: ApiRequest) -> QuerySet[User]:
    return User.objects.filter(tenant_id=tenant_of(request.user)).prefetch_related("teams")


def _invitations(request: ApiRequest) -> QuerySet[Invitation]:
    return Invitation.objects.open_of(tenant_of(request.user)).prefetch_related("teams")


def _teams(request: ApiRequest, wanted: list[UUID]) -> list[Team]:
    found = list(Team.objects.filter(tenant_id=tenant_of(request.user), pk__in=wanted))
    if len(found) < len(set(wanted)):
        raise invalid("team_ids", "Not all of them are teams of this company.")
    return found


def _user_shape(user: Any) -> UserShape:
    names = ("name", "email", "role", "is_active", "presence", "created_at")
    return UserShape.model_construct(
        id=user.pk,
        is_present=is_present(user),
        team_ids=sorted(team.pk for team in user.teams.all()),
        **{name: getattr(user, name) for name in names},
    )


def _invitation_shape(invitation: Invitation) -> InvitationShape:
    return InvitationShape.model_construct(
        id=invitation.pk,
        email=invitation.email,
        role=Role(invitation.role),
        team_ids=sorted(team.pk for team in invitation.teams.all()),
        sent_at=invitation.sent_at,
        expires_at=invitation.expires_at,
    )
