"""The company's WhatsApp numbers for other programs. Where WAHA is, and its keys, are never told."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from pydantic import Field

from crm.models import ApiScope
from crm.rest import ApiRequest, Body, Rest, Shape, answer, conflict, managers_only

from . import control
from .models import Act, WhatsAppSession

router = Rest(tags=["Numbers"])


class NumberShape(Shape):
    id: UUID
    name: str = Field(description="What agents call it.")
    phone: str = Field(description="E.164 digits; empty until it was connected once.")
    push_name: str = Field(description="Its name on WhatsApp.")
    status: str = Field(description="WAHA's: STOPPED, STARTING, SCAN_QR_CODE, WORKING, FAILED, and what it adds.")
    is_working: bool = Field(description="Whether messages leave; while not, they wait in the queue.")
    disconnected_at: datetime | None
    default_team_id: UUID | None
    act: str = Field(description="What was ordered and is under way: start, stop, restart… Empty when nothing is.")
    act_error: str = Field(description="Why the last order failed.")


class AllNumbers(Shape):
    items: list[NumberShape]


class Order(Body):
    act: Literal["start", "stop", "restart"]


@router.read("/numbers", ApiScope.COMPANY_READ, AllNumbers, summary="List numbers")
def list_numbers(request: ApiRequest) -> HttpResponse:
    """All numbers of the company, by name."""
    numbers = WhatsAppSession.objects.visible_to(request.user).order_by("name")
    return answer(request, AllNumbers.model_construct(items=[_shape(number) for number in numbers]))


@router.read("/numbers/{uuid:session_id}", ApiScope.COMPANY_READ, NumberShape, summary="Get a number")
def get_number(request: ApiRequest, session_id: UUID) -> HttpResponse:
    """One number, and whether it is connected."""
    return answer(request, _shape(_number(request, session_id)))


@router.act(
    "/numbers/{uuid:session_id}/orders",
    ApiScope.ADMIN,
    NumberShape,
    summary="Start, stop or restart",
    example={"act": "restart"},
)
def order(request: ApiRequest, session_id: UUID, body: Order) -> HttpResponse:
    """Have WAHA do it, which takes it 3 to 15 seconds: `act` and then `status` tell. For managers.

    409 `busy` while another order is under way.
    """
    managers_only(request)
    number = _number(request, session_id)
    if not control.order_act(number, Act(body.act), request.user):
        raise conflict("busy", "Another order is still under way.")
    return answer(request, _shape(number))


def _number(request: ApiRequest, session_id: UUID) -> WhatsAppSession:
    return get_object_or_404(WhatsAppSession.objects.visible_to(request.user), pk=session_id)


def _shape(number: WhatsAppSession) -> NumberShape:
    names = [
        "name",
        "phone",
        "push_name",
        "status",
        "is_working",
        "disconnected_at",
        "default_team_id",
        "act",
        "act_error",
    ]
    return NumberShape.model_construct(id=number.pk, **{name: getattr(number, name) for name in names})
