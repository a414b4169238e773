"""The company's ways of selling, as ordered rows of stages."""

from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from pydantic import Field

from crm.actions import pipelines as actions
from crm.models import ApiScope, Pipeline, Stage, Tenant
from crm.requests import tenant_of
from crm.rest import ApiRequest, Body, Rest, Shape, answer, conflict, managers_only, nothing

router = Rest(tags=["Opportunities"])
Kind = Literal["OPEN", "WON", "LOST"]


class StageShape(Shape):
    id: UUID
    name: str
    position: int
    probability: int = Field(description="The chance of winning, in per cent.")
    colour: str
    kind: Kind


class PipelineShape(Shape):
    id: UUID
    name: str
    is_default: bool
    stages: list[StageShape] = Field(description="In the order in which a sale goes through them.")


class AllPipelines(Shape):
    items: list[PipelineShape]


class NewPipeline(Body):
    name: str = Field(min_length=1, max_length=60)
    is_default: bool = Field(False, description="The one in which a sale begins when nobody says where.")


class PipelineChanges(Body):
    name: str | None = Field(None, min_length=1, max_length=60)
    is_default: Literal[True] | None = Field(None, description="Another one ceases to be it.")


@router.read("/pipelines", ApiScope.CRM_READ, AllPipelines, summary="List pipelines")
def list_pipelines(request: ApiRequest) -> HttpResponse:
    """All of them with their stages, the default one first."""
    return answer(request, AllPipelines.model_construct(items=[pipeline_shape(each) for each in _pipelines(request)]))


@router.create("/pipelines", ApiScope.ADMIN, PipelineShape, summary="Create a pipeline", example={"name": "Revenda"})
def create_pipeline(request: ApiRequest, body: NewPipeline) -> HttpResponse:
    """A pipeline with the usual stages. For managers."""
    managers_only(request)
    company = Tenant.objects.get(pk=tenant_of(request.user))
    made = actions.open_pipeline(company, request.user, body.name, is_default=body.is_default)
    return answer(request, pipeline_shape(pipeline_of(request, made.pk)), 201)


@router.read("/pipelines/{uuid:pipeline_id}", ApiScope.CRM_READ, PipelineShape, summary="Get a pipeline")
def get_pipeline(request: ApiRequest, pipeline_id: UUID) -> HttpResponse:
    """One pipeline with its stages."""
    return answer(request, pipeline_shape(pipeline_of(request, pipeline_id)))


@router.change(
    "/pipelines/{uuid:pipeline_id}",
    ApiScope.ADMIN,
    PipelineShape,
    summary="Change a pipeline",
    example={"name": "Atacado"},
)
def change_pipeline(request: ApiRequest, pipeline_id: UUID, body: PipelineChanges) -> HttpResponse:
    """Its name, and whether it is the default one. For managers."""
    managers_only(request)
    with transaction.atomic():
        row = pipeline_of(request, pipeline_id)
        actions.name_pipeline(row, request.user, body.name or row.name, is_default=bool(body.is_default))
    return answer(request, pipeline_shape(pipeline_of(request, pipeline_id)))


@router.remove("/pipelines/{uuid:pipeline_id}", ApiScope.ADMIN, summary="Delete a pipeline")
def remove_pipeline(request: ApiRequest, pipeline_id: UUID) -> HttpResponse:
    """409 `still_needed` for the default one, and for one that has opportunities. For managers."""
    managers_only(request)
    try:
        actions.remove_pipeline(pipeline_of(request, pipeline_id), request.user)
    except actions.StillNeeded as reason:
        raise conflict("still_needed", str(reason)) from reason
    return nothing()


def pipeline_of(request: ApiRequest, pipeline_id: UUID) -> Pipeline:
    """One of the company's; 404 for any other."""
    return get_object_or_404(_pipelines(request), pk=pipeline_id)


def pipeline_shape(pipeline: Pipeline) -> PipelineShape:
    return PipelineShape.model_construct(
        id=pipeline.pk,
        name=pipeline.name,
        is_default=pipeline.is_default,
        stages=[stage_shape(stage) for stage in pipeline.stages.all()],
    )


def stage_shape(stage: Stage) -> StageShape:
    names = ("name", "position", "probability", "colour", "kind")
    return StageShape.model_construct(id=stage.pk, **{name: getattr(stage, name) for name in names})


def _pipelines(request: ApiRequest) -> QuerySet[Pipeline]:
    stages = Prefetch("stages", Stage.objects.order_by("position"))
    return Pipeline.objects.filter(tenant_id=tenant_of(request.user)).prefetch_related(stages)
