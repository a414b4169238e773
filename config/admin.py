"""Background jobs in Django's admin: the platform's alone, because a job is about any company's rows."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob, ProcrastinateWorker
from procrastinate.exceptions import ConnectorException

from crm.admin.company import CappedPaginator, pretty_json, sees_all

# procrastinate's heartbeat comes every 10 s; after this silence its jobs are anybody's.
SILENT_AFTER = timedelta(seconds=30)


class PlatformAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """For the platform's superuser to read; nobody else knows that it is there."""

    show_full_result_count = False
    paginator = CappedPaginator
    list_per_page = 50
    ordering = ["-id"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return sees_all(request)

    def has_view_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return sees_all(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return False


class TaskFilter(admin.SimpleListFilter):
    """The tasks we know, by name; a look at what the table holds would read all of it."""

    title = _("task")
    parameter_name = "task"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        app.perform_import_paths()  # type: ignore[no-untyped-call]
        return [(name, name) for name in sorted(app.tasks) if not name.startswith("builtin:")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(task_name=self.value()) if self.value() else queryset


class EventInline(admin.TabularInline):  # type: ignore[type-arg]
    """What befell the job, and when."""

    model = ProcrastinateEvent
    fields = ["at", "type"]
    readonly_fields = ["at", "type"]
    ordering = ["id"]
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return sees_all(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class JobAdmin(PlatformAdmin):
    """What waits, runs, or has failed; what was done leaves no row."""

    list_display = [
        "id", "task_name", "status", "attempts", "scheduled_at", "lock", "queueing_lock", "worker", "latest_event",
    ]  # fmt: skip
    list_filter = ["status", TaskFilter]
    list_select_related = ["worker"]
    search_fields = ["=lock", "=queueing_lock"]
    search_help_text = _("A whole lock: chat:<id of the chat>, send:<id of the message>.")
    fields = [
        "id", "task_name", "status", "attempts", "priority", "queue_name", "lock", "queueing_lock", "scheduled_at",
        "abort_requested", "worker", "arguments",
    ]  # fmt: skip
    inlines = [EventInline]
    actions = ["retry", "cancel"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProcrastinateJob]:
        events = ProcrastinateEvent.objects.order_by("id")
        return super().get_queryset(request).prefetch_related(Prefetch("procrastinateevent_set", queryset=events))

    @admin.display(description=_("latest event"))
    def latest_event(self, job: Any) -> str:
        events = list(job.procrastinateevent_set.all())
        return f"{events[-1].type} {timezone.localtime(events[-1].at):%d/%m %H:%M:%S}" if events else "-"

    @admin.display(description=_("arguments"))
    def arguments(self, job: ProcrastinateJob) -> SafeString:
        return pretty_json(job.args)

    @admin.action(description=_("Run again"), permissions=["view"])
    def retry(self, request: HttpRequest, jobs: QuerySet[ProcrastinateJob]) -> None:
        """Failed ones, and those whose worker is dead: one that runs would run twice."""
        now, done = timezone.now(), 0
        for job in jobs:
            orphaned = job.status == "doing" and (job.worker is None or job.worker.last_heartbeat < now - SILENT_AFTER)
            if job.status == "failed" or orphaned:
                done += _retried(job)
        self._tell(request, done, jobs.count() - done)

    @admin.action(description=_("Cancel what has not begun"), permissions=["view"])
    def cancel(self, request: HttpRequest, jobs: QuerySet[ProcrastinateJob]) -> None:
        done = sum(app.job_manager.cancel_job_by_id(job.pk) for job in jobs if job.status == "todo")
        self._tell(request, done, jobs.count() - done)

    def _tell(self, request: HttpRequest, done: int, left: int) -> None:
        if done:
            text = ngettext("%(count)d job is done with.", "%(count)d jobs are done with.", done)
            self.message_user(request, text % {"count": done}, messages.SUCCESS)
        if left:
            text = ngettext("%(count)d job was left as it is.", "%(count)d jobs were left as they are.", left)
            self.message_user(request, text % {"count": left}, messages.WARNING)


def _retried(job: ProcrastinateJob) -> bool:
    """Whether it waits again; not when another with its queueing lock does already."""
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(job.pk, timezone.now(), job.priority, job.queue_name, job.lock)
    except ConnectorException:
        return False
    return True


class WorkerAdmin(PlatformAdmin):
    """Who works, and when they last said so."""

    list_display = ["id", "last_heartbeat", "is_silent"]

    @admin.display(description=_("silent"), boolean=True)
    def is_silent(self, worker: ProcrastinateWorker) -> bool:
        return worker.last_heartbeat < timezone.now() - SILENT_AFTER


admin.site.unregister(ProcrastinateJob)
admin.site.register(ProcrastinateJob, JobAdmin)
admin.site.register(ProcrastinateWorker, WorkerAdmin)
