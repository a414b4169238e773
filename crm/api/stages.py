"""The stages of the company's ways of selling: made, described, put in order, and taken away."""

from typing import Annotated
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from crm.actions import pipelines as actions
from crm.models import ApiScope, Stage
from crm.requests import tenant_of
from crm.rest import ApiRequest, Body, Rest, answer, conflict, invalid, managers_only, nothing

from .pipelines import Kind, PipelineShape, StageShape, pipeline_of, pipeline_shape, stage_shape

router = Rest(tags=["Opportunities"])
COLOUR = r"^#[0-9a-fA-F]{6}$"
MOST_STAGES = 100


class NewStage(Body):
    name: str = Field(min_length=1, max_length=60)
    kind: Kind = "OPEN"
    probability: int = Field(50, ge=0, le=100, description="The chance of winning, in per cent.")
    colour: str = Field("#64748b", pattern=COLOUR)


class StageChanges(Body):
    name: str | None = Field(None, min_length=1, max_length=60)
    kind: Kind | None = None
    probability: int | None = Field(None, ge=0, le=100, description="The chance of winning, in per cent.")
    colour: str | None = Field(None, pattern=COLOUR)


class StageOrder(Body):
    stage_ids: list[UUID] = Field(
        max_length=MOST_STAGES, description="In the order they shall have; those not named follow as they were."
    )


@router.create(
    "/pipelines/{uuid:pipeline_id}/stages",
    ApiScope.ADMIN,
    StageShape,
    summary="Create a stage",
    example={"name": "Visita", "kind": "OPEN", "probability": 40, "colour": "#0ea5e9"},
)
def create_stage(request: ApiRequest, pipeline_id: UUID, body: NewStage) -> HttpResponse:
    """A stage at the end of those of its kind. For managers."""
    managers_only(request)
    pipeline = pipeline_of(request, pipeline_id)
    stage = actions.add_stage(
        pipeline,
        request.user,
        body.name,
        kind=body.kind,
        probability=body.probability,
        colour=body.colour.lower(),
    )
    return answer(request, stage_shape(stage), 201)


@router.place(
    "/pipelines/{uuid:pipeline_id}/stages",
    ApiScope.ADMIN,
    PipelineShape,
    summary="Order stages",
    example={"stage_ids": []},
)
def order_stages(request: ApiRequest, pipeline_id: UUID, body: StageOrder) -> HttpResponse:
    """The order in which a sale goes through them. For managers."""
    managers_only(request)
    pipeline = pipeline_of(request, pipeline_id)
    if set(body.stage_ids) - set(pipeline.stages.values_list("pk", flat=True)):
        raise invalid("stage_ids", "Not all of them are stages of this pipeline.")
    actions.order_stages(pipeline, request.user, body.stage_ids)
    return answer(request, pipeline_shape(pipeline_of(request, pipeline_id)))


@router.read("/stages/{uuid:stage_id}", ApiScope.CRM_READ, StageShape, summary="Get a stage")
def get_stage(request: ApiRequest, stage_id: UUID) -> HttpResponse:
    """One stage of the company's."""
    return answer(request, stage_shape(_stage(request, stage_id)))


@router.change(
    "/stages/{uuid:stage_id}", ApiScope.ADMIN, StageShape, summary="Change a stage", example={"probability": 70}
)
def change_stage(request: ApiRequest, stage_id: UUID, body: StageChanges) -> HttpResponse:
    """Name, kind, probability, colour. 409 `still_needed` for another kind of a stage in use. For managers."""
    managers_only(request)
    with transaction.atomic():
        stage = _stage(request, stage_id)
        try:
            actions.describe_stage(
                stage,
                request.user,
                body.name or stage.name,
                kind=body.kind or stage.kind,
                probability=stage.probability if body.probability is None else body.probability,
                colour=(body.colour or stage.colour).lower(),
            )
        except actions.StillNeeded as reason:
            raise conflict("still_needed", str(reason)) from reason
    return answer(request, stage_shape(_stage(request, stage_id)))


@router.remove("/stages/{uuid:stage_id}", ApiScope.ADMIN, summary="Delete a stage")
def remove_stage(
    request: ApiRequest,
    stage_id: UUID,
    takes_over_id: Annotated[UUID, Query(description="The stage where its opportunities stand from now on.")],
) -> HttpResponse:
    """Its opportunities, and what is told of it, go to another one of its kind. For managers.

    409 `still_needed` for the last of its kind.
    """
    managers_only(request)
    stage = _stage(request, stage_id)
    takes_over = Stage.objects.filter(tenant_id=tenant_of(request.user), pk=takes_over_id).first()
    if takes_over is None:
        raise invalid("takes_over_id", "The company has no such stage.")
    try:
        actions.remove_stage(stage, request.user, takes_over)
    except actions.StillNeeded as reason:
        raise conflict("still_needed", str(reason)) from reason
    return nothing()


def _stage(request: ApiRequest, stage_id: UUID) -> Stage:
    return get_object_or_404(Stage, tenant_id=tenant_of(request.user), pk=stage_id)
