"""The jobs that were ordered, and the doing of them without a worker."""

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def ordered(name: str) -> list[ProcrastinateJob]:
    """Jobs of this name that wait, the oldest first."""
    return list(ProcrastinateJob.objects.filter(task_name=name, status="todo").order_by("id"))


def run(name: str) -> int:
    """Do all that wait under this name, whenever they are due; how many there were."""
    waiting = ordered(name)
    for job in waiting:
        drop(job)
        task = app.tasks[name]
        getattr(task.func, "__wrapped__", task.func)(**job.args)
    return len(waiting)


def drop(job: ProcrastinateJob) -> None:
    """It is done. Our side of the row is read-only, so in SQL."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.pk])
