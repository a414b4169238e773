"""Everything away: all companies' rows, and the jobs about them."""

from django.apps import apps
from django.db import connection

APPS = ["crm", "chats", "waha", "notifications"]
JOBS = ["procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers"]


def delete_everything() -> None:
    """Empty every table of ours and the queue; tables of Django itself stay, but for what refers to our people."""
    models = [model for app in APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)]
    tables = sorted({model._meta.db_table for model in models} | set(JOBS))
    names = ", ".join(connection.ops.quote_name(table) for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
