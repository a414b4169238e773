"""Contacts from a spreadsheet: the file, its columns, the trial run, the import, and what was left out."""

from collections.abc import Callable
from itertools import islice
from typing import Any
from uuid import UUID

import structlog
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chats.actions import importing
from chats.directory.import_forms import FileForm, MappingForm
from crm.csv_rows import csv_response
from crm.importing.sheet import MOST_BYTES, MOST_ROWS, Unreadable
from crm.limits import limited_uploads
from crm.models import ContactImport, ImportState
from crm.requests import AgentRequest, agent_required, manager_required

log = structlog.get_logger(__name__)

MOST_LISTED = 20
PREVIEW_ROWS = 5
PROBLEMS_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@limited_uploads
@manager_required
def imports(request: AgentRequest) -> HttpResponse:
    """The earlier files, and the choice of a new one."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            order = importing.take_file(request.user, file.name or "", file.read(MOST_BYTES + 1))
            return redirect("contacts:import", order.pk)
        except Unreadable as reason:
            form.add_error("file", str(reason))
    earlier = ContactImport.objects.visible_to(request.user).select_related("requested_by")
    context = {
        "form": form,
        "earlier": earlier[:MOST_LISTED],
        "most_megabytes": MOST_BYTES // 1024 // 1024,
        "most_rows": MOST_ROWS,
    }
    return render(request, "contacts/imports/list.html", context, status=422 if form.errors else 200)


@require_safe
@agent_required
def import_(request: AgentRequest, import_id: UUID) -> HttpResponse:
    """One file, at whatever point it is; asked for by htmx, only what moves."""
    order = _order(request, import_id)
    template = "contacts/imports/_state.html" if request.htmx else "contacts/imports/import.html"
    return render(request, template, _context(order))


@require_POST
@agent_required
def trial(request: AgentRequest, import_id: UUID) -> HttpResponse:
    """The columns are chosen: go through all rows without bringing any in."""
    order = _order(request, import_id)
    form = MappingForm(order, request.POST)
    if not form.is_valid():
        return render(request, "contacts/imports/import.html", _context(order, form), status=422)
    return _act(request, form.write(), importing.check)


@require_POST
@agent_required
def choice(request: AgentRequest, import_id: UUID) -> HttpResponse:
    """Back to the choice of columns."""
    return _act(request, _order(request, import_id), importing.choose_again)


@require_POST
@agent_required
def run(request: AgentRequest, import_id: UUID) -> HttpResponse:
    """Bring the rows in."""
    return _act(request, _order(request, import_id), importing.run)


@require_POST
@agent_required
def cancellation(request: AgentRequest, import_id: UUID) -> HttpResponse:
    """Stop; what came in stays."""
    return _act(request, _order(request, import_id), importing.cancel)


@require_safe
@agent_required
def problems(request: AgentRequest, import_id: UUID) -> HttpResponseBase:
    """The rows that were left out as a file: why, and as they stood, to be mended and imported."""
    order = _order(request, import_id)
    rows = order.problems.values_list("line", "reason", "cells")
    table = ([line, reason, *cells] for line, reason, cells in rows.iterator())
    name = _("not imported - %(name)s") % {"name": order.name}
    head = [_("Line"), _("Reason"), *order.headers]
    return csv_response(name if name.endswith(".csv") else f"{name}.csv", head, table)


def _order(request: AgentRequest, import_id: UUID) -> ContactImport:
    return get_object_or_404(ContactImport.objects.visible_to(request.user), pk=import_id)


def _act(request: AgentRequest, order: ContactImport, act: Callable[[ContactImport], None]) -> HttpResponse:
    """Where somebody was faster, the page just shows how far it is."""
    try:
        act(order)
    except importing.AlreadyRunning:
        messages.error(request, _("Another file is being imported: wait until it is done."))
    except importing.NotNow:
        log.info("import.not_now", order=str(order.pk), state=order.state)
    return redirect("contacts:import", order.pk)


def _context(order: ContactImport, form: MappingForm | None = None) -> dict[str, Any]:
    context: dict[str, Any] = {"order": order}
    if order.state == ImportState.DRAFT:
        sheet = importing.sheet_of(order)
        rows = [row.cells for row in islice(sheet.rows(), PREVIEW_ROWS)]
        form = form or MappingForm(order)
        samples = list(zip(*rows, strict=False))
        context |= {"form": form, "columns": list(zip(form.columns, samples, strict=False))}
    elif not order.is_at_work:
        context["problems"] = order.problems.all()[:PROBLEMS_SHOWN]
    return context
