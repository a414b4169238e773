"""Settings, Funnel: how the company sells, for its managers."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from chats.selling.pipeline_forms import PipelineForm, RemovalForm, StageForm
from crm.actions import pipelines as actions
from crm.models import Pipeline, Stage, Tenant
from crm.requests import AgentRequest, manager_required, tenant_of
from notifications.bell import bell_of

from .answers import uuid_of


@require_safe
@manager_required
def pipelines(request: AgentRequest) -> HttpResponse:
    """All pipelines with their stages, in order, each with how many opportunities stand in it."""
    stages = Stage.objects.order_by("position").annotate(count=Count("opportunities"))
    rows = Pipeline.objects.filter(tenant=tenant_of(request.user)).prefetch_related(Prefetch("stages", stages))
    return render(request, "settings/pipelines.html", {"pipelines": rows, "bell": bell_of(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def pipeline_new(request: AgentRequest) -> HttpResponse:
    """A pipeline to be; it starts with the usual stages."""
    return _pipeline(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def pipeline(request: AgentRequest, pipeline_id: UUID) -> HttpResponse:
    """Its name, and whether it is the default one."""
    return _pipeline(request, _of_company(request, pipeline_id))


@require_POST
@manager_required
def pipeline_removal(request: AgentRequest, pipeline_id: UUID) -> HttpResponse:
    """It is not used any more; why not, where it is."""
    row = _of_company(request, pipeline_id)
    try:
        actions.remove_pipeline(row, request.user)
    except actions.StillNeeded as reason:
        form = PipelineForm(row, initial={"name": row.name})
        context = {"form": form, "pipeline": row, "reason": str(reason)}
        return render(request, "settings/pipeline.html", context, status=422)
    messages.success(request, _("The pipeline %(name)s is removed.") % {"name": row.name})
    return HttpResponseClientRefresh()


@require_POST
@manager_required
def stage_order(request: AgentRequest, pipeline_id: UUID) -> HttpResponse:
    """The stages stand in this order from now on: `stage`, as many times as there are."""
    keys = [key for key in map(uuid_of, request.POST.getlist("stage")) if key]
    actions.order_stages(_of_company(request, pipeline_id), request.user, keys)
    return HttpResponse(status=204)


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def stage_new(request: AgentRequest, pipeline_id: UUID) -> HttpResponse:
    """A stage to be."""
    row = _of_company(request, pipeline_id)
    form = StageForm(request.POST or None, initial={"probability": 50, "colour": "#2563eb"})
    if request.method == "POST" and form.is_valid():
        actions.add_stage(row, request.user, **form.cleaned_data)
        return _saved(request, form.cleaned_data["name"])
    return render(request, "settings/stage.html", {"form": form, "pipeline": row}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def stage(request: AgentRequest, stage_id: UUID) -> HttpResponse:
    """Name, kind, probability and colour of a stage."""
    row = _stage(request, stage_id)
    as_is = {"name": row.name, "kind": row.kind, "probability": row.probability, "colour": row.colour}
    form = StageForm(request.POST or None, initial=as_is)
    if request.method == "POST" and form.is_valid():
        try:
            actions.describe_stage(row, request.user, **form.cleaned_data)
            return _saved(request, form.cleaned_data["name"])
        except actions.StillNeeded as reason:
            form.add_error("kind", str(reason))
    context = {"form": form, "pipeline": row.pipeline, "stage": row}
    return render(request, "settings/stage.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def stage_removal(request: AgentRequest, stage_id: UUID) -> HttpResponse:
    """Which stage takes over the cards of one that goes, and its going."""
    row = _stage(request, stage_id)
    form = RemovalForm(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = actions.remove_stage(row, request.user, form.cleaned_data["takes_over"])
        except actions.StillNeeded as reason:
            form.add_error("takes_over", str(reason))
        else:
            return _removed(request, row.name, count)
    context = {"form": form, "stage": row, "count": row.opportunities.count()}
    return render(request, "settings/stage_removal.html", context, status=422 if form.errors else 200)


def _pipeline(request: AgentRequest, row: Pipeline | None) -> HttpResponse:
    initial = {"name": row.name, "is_default": row.is_default} if row else {}
    form = PipelineForm(row, request.POST or None, initial=initial, tenant_id=tenant_of(request.user))
    if request.method == "POST" and form.is_valid():
        if row is None:
            actions.open_pipeline(Tenant.objects.get(pk=tenant_of(request.user)), request.user, **form.cleaned_data)
        else:
            actions.name_pipeline(row, request.user, **form.cleaned_data)
        return _saved(request, form.cleaned_data["name"])
    context = {"form": form, "pipeline": row}
    return render(request, "settings/pipeline.html", context, status=422 if form.errors else 200)


def _saved(request: AgentRequest, name: str) -> HttpResponse:
    messages.success(request, _("%(name)s is saved.") % {"name": name})
    return HttpResponseClientRefresh()


def _removed(request: AgentRequest, name: str, count: int) -> HttpResponse:
    told = ngettext(
        "The stage %(name)s is removed; %(count)s opportunity moved.",
        "The stage %(name)s is removed; %(count)s opportunities moved.",
        count,
    )
    messages.success(request, told % {"name": name, "count": count})
    return HttpResponseClientRefresh()


def _of_company(request: AgentRequest, pipeline_id: UUID) -> Pipeline:
    return get_object_or_404(Pipeline, pk=pipeline_id, tenant=tenant_of(request.user))


def _stage(request: AgentRequest, stage_id: UUID) -> Stage:
    rows = Stage.objects.filter(tenant=tenant_of(request.user)).select_related("pipeline")
    return get_object_or_404(rows, pk=stage_id)
