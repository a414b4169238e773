"""For load balancers and keepers: is this process alive, and can it do its work?"""

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from config import jobs


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database and Redis answer and the queue moves; else 503, with the one that does not and why."""
    state = {"database": _database_answers(), "redis": _redis_answers()}
    why = _what_is_stuck() if state["database"] else "the database is away"
    state["queue"] = not why
    ready = all(state.values())
    return JsonResponse(state | ({"why": why} if why else {}), status=200 if ready else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _what_is_stuck() -> str:
    try:
        return jobs.what_is_stuck()
    except DatabaseError:
        return "the queue's tables are not there: migrate"


def _redis_answers() -> bool:
    try:
        cache.get("readyz")
    except (RedisError, OSError):
        return False
    return True
