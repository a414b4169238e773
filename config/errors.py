"""What people see when something breaks."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

RETRY_AFTER_SECONDS = "5"


def server_error(request: HttpRequest) -> HttpResponse:
    """A database that is away says so and comes back by itself (503); anything else is our mistake (500)."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return render(request, "503.html", status=503, headers={"Retry-After": RETRY_AFTER_SECONDS})
    return render(request, "500.html", status=500)
