"""How a company sells is changed: its pipelines, their stages and the order of those.

A pipeline always has a stage of each kind, so that every sale can begin, be won and be lost.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from crm.models import AuditAct, Opportunity, Pipeline, Stage, StageChange, Tenant, User

from .anew import company_changed
from .audit import facts, record
from .companies import first_stages

DESCRIBED = ["name", "kind", "probability", "colour"]


class StillNeeded(Exception):
    """What should go, or become something else, is in use; the text says by what."""


@transaction.atomic
def open_pipeline(tenant: Tenant, by: User, name: str, *, is_default: bool = False) -> Pipeline:
    """A pipeline with the usual stages; the first of a company is its default one."""
    theirs = Pipeline.objects.select_for_update().filter(tenant=tenant)
    is_default = is_default or not theirs.exists()
    if is_default:
        theirs.update(is_default=False)
    pipeline = Pipeline(tenant=tenant, name=name, is_default=is_default)
    pipeline.full_clean()
    pipeline.save()
    Stage.objects.bulk_create(first_stages(pipeline))
    record(AuditAct.PIPELINE_CHANGED, pipeline, by, after=facts(pipeline, ["name", "is_default"]))
    return pipeline


@transaction.atomic
def name_pipeline(pipeline: Pipeline, by: User, name: str, *, is_default: bool) -> None:
    """Another name; and it becomes the company's default one, which one of them always is."""
    was = facts(pipeline, ["name", "is_default"])
    if is_default:
        Pipeline.objects.filter(tenant=pipeline.tenant_id).exclude(pk=pipeline.pk).update(is_default=False)
        pipeline.is_default = True
    pipeline.name = name
    pipeline.full_clean()
    pipeline.save()
    record(AuditAct.PIPELINE_CHANGED, pipeline, by, was, facts(pipeline, ["name", "is_default"]))


@transaction.atomic
def remove_pipeline(pipeline: Pipeline, by: User) -> None:
    """It is not used any more. `StillNeeded` for the default one, and for one that has opportunities."""
    locked = Pipeline.objects.select_for_update().get(pk=pipeline.pk)
    if locked.is_default:
        raise StillNeeded(_("This is the default pipeline. Make another one the default first."))
    if Opportunity.objects.filter(stage__pipeline=locked).exists():
        raise StillNeeded(_("This pipeline has opportunities, and their history: it stays."))
    record(AuditAct.PIPELINE_CHANGED, locked, by, facts(locked, ["name"]), {"name": ""})
    StageChange.objects.filter(Q(from_stage__pipeline=locked) | Q(to_stage__pipeline=locked)).delete()
    locked.delete()


@transaction.atomic
def add_stage(pipeline: Pipeline, by: User, name: str, *, kind: str, probability: int, colour: str) -> Stage:
    """A stage at the end of those of its kind: open ones stand before won and lost ones."""
    stages = Stage.objects.select_for_update().filter(pipeline=pipeline)
    last = stages.filter(kind=kind).aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    stages.filter(position__gte=position).update(position=F("position") + 1)
    stage = Stage(
        tenant_id=pipeline.tenant_id,
        pipeline=pipeline,
        name=name,
        kind=kind,
        probability=probability,
        colour=colour,
        position=position,
    )
    stage.full_clean(validate_constraints=False)
    stage.save()
    record(AuditAct.PIPELINE_CHANGED, stage, by, after=facts(stage, DESCRIBED))
    company_changed(stage.tenant_id)
    return stage


@transaction.atomic
def describe_stage(stage: Stage, by: User, name: str, *, kind: str, probability: int, colour: str) -> None:
    """`StillNeeded` when it would be of another kind and has cards, or is the last of its kind."""
    locked = Stage.objects.select_for_update().get(pk=stage.pk)
    if kind != locked.kind:
        if locked.opportunities.exists():
            raise StillNeeded(_("A stage with opportunities keeps its kind. Move them to another stage first."))
        _keep_one_of_its_kind(locked)
    was = facts(locked, DESCRIBED)
    locked.name, locked.kind, locked.probability, locked.colour = name, kind, probability, colour
    locked.full_clean(validate_constraints=False)
    locked.save()
    record(AuditAct.PIPELINE_CHANGED, locked, by, was, facts(locked, DESCRIBED))
    company_changed(locked.tenant_id)


@transaction.atomic
def order_stages(pipeline: Pipeline, by: User, keys: Sequence[UUID]) -> None:
    """The stages in this order; those that are not named follow in the order they had."""
    stages = {stage.pk: stage for stage in Stage.objects.select_for_update().filter(pipeline=pipeline)}
    named = [stages.pop(key) for key in dict.fromkeys(keys) if key in stages]
    ordered = [*named, *sorted(stages.values(), key=lambda stage: stage.position)]
    was = [stage.name for stage in sorted(ordered, key=lambda stage: stage.position)]
    for position, stage in enumerate(ordered):
        stage.position = position
    Stage.objects.bulk_update(ordered, ["position"])
    is_now = [stage.name for stage in ordered]
    record(AuditAct.PIPELINE_CHANGED, pipeline, by, {"stages": ", ".join(was)}, {"stages": ", ".join(is_now)})
    company_changed(pipeline.tenant_id)


@transaction.atomic
def remove_stage(stage: Stage, by: User, takes_over: Stage) -> int:
    """Its cards stand in `takes_over` from now on, of the same pipeline and kind; how many there were.

    What was told of the stage in the past is told of that one. `StillNeeded` for the last of its kind.
    """
    locked = Stage.objects.select_for_update().get(pk=stage.pk)
    _keep_one_of_its_kind(locked)
    if (takes_over.pipeline_id, takes_over.kind) != (locked.pipeline_id, locked.kind) or takes_over.pk == locked.pk:
        raise StillNeeded(_("Choose another stage of the same kind for its opportunities."))
    record(AuditAct.PIPELINE_CHANGED, locked, by, facts(locked, ["name"]), {"name": takes_over.name})
    moved = Opportunity.objects.filter(stage=locked).update(stage=takes_over)
    history = StageChange.objects.filter(tenant=locked.tenant_id)
    history.filter(from_stage=locked).update(from_stage=takes_over)
    history.filter(to_stage=locked).update(to_stage=takes_over)
    history.filter(from_stage=takes_over, to_stage=takes_over).delete()
    locked.delete()
    company_changed(takes_over.tenant_id)
    return moved


def _keep_one_of_its_kind(stage: Stage) -> None:
    others = Stage.objects.filter(pipeline=stage.pipeline_id, kind=stage.kind).exclude(pk=stage.pk)
    if not others.exists():
        raise StillNeeded(_("A pipeline keeps at least one open, one won and one lost stage."))
