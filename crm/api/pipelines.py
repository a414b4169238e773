"""The company's ways of selling, as ordered rows of stages."""

from typing import Literal
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpResponse
from pydantic import Field

from crm.models import ApiScope, Pipeline, Stage
from crm.requests import tenant_of
from crm.rest import ApiRequest, Rest, Shape, answer

router = Rest(tags=["Opportunities"])


class StageShape(Shape):
    id: UUID
    name: str
    position: int
    probability: int = Field(description="The chance of winning, in per cent.")
    colour: str
    kind: Literal["OPEN", "WON", "LOST"]


class PipelineShape(Shape):
    id: UUID
    name: str
    is_default: bool
    stages: list[StageShape] = Field(description="In the order in which a sale goes through them.")


class AllPipelines(Shape):
    items: list[PipelineShape]


@router.read("/pipelines", ApiScope.CRM_READ, AllPipelines, summary="List pipelines")
def list_pipelines(request: ApiRequest) -> HttpResponse:
    """All of them with their stages, the default one first."""
    stages = Prefetch("stages", Stage.objects.order_by("position"))
    pipelines = Pipeline.objects.filter(tenant_id=tenant_of(request.user)).prefetch_related(stages)
    return answer(request, AllPipelines.model_construct(items=[_shape(each) for each in pipelines]))


def _shape(pipeline: Pipeline) -> PipelineShape:
    names = ("name", "position", "probability", "colour", "kind")
    return PipelineShape.model_construct(
        id=pipeline.pk,
        name=pipeline.name,
        is_default=pipeline.is_default,
        stages=[
            StageShape.model_construct(id=stage.pk, **{name: getattr(stage, name) for name in names})
            for stage in pipeline.stages.all()
        ],
    )
