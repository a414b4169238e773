"""Settings, Audit: who did what, for the company's managers."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from crm.actions import record
from crm.auditing.listing import AuditFilter, page_of
from crm.auditing.words import act_of, changes_of, kind_of
from crm.csv_rows import csv_response
from crm.models import AuditAct, AuditLog, Tenant
from crm.requests import AgentRequest, manager_required, tenant_of
from notifications.bell import bell_of


@require_safe
@manager_required
def lines(request: AgentRequest) -> HttpResponse:
    """The lines that the filter means; with `abaixo`, those that follow a page, as a fragment."""
    form = AuditFilter(request.GET, user=request.user)
    page = page_of(form.rows(), request.GET.get("abaixo", ""))
    context = {"lines": [_in_words(line) for line in page.lines], "below": page.below, "query": _query(request)}
    if request.htmx:
        return render(request, "settings/_audit_lines.html", context)
    return render(request, "settings/audit.html", {**context, "form": form, "bell": bell_of(request.user)})


@require_safe
@manager_required
def lines_csv(request: AgentRequest) -> HttpResponseBase:
    """The same lines, all of them, for a spreadsheet. That is written down, too."""
    form = AuditFilter(request.GET, user=request.user)
    company = Tenant.objects.get(pk=tenant_of(request.user))
    head = [_("When"), _("Person"), _("Action"), _("Type"), _("Object"), _("Changes"), _("IP address"), _("Request")]
    rows = _cells(form.rows().iterator(chunk_size=500), company, request.user.language)
    record(AuditAct.EXPORTED, company, request.user, after={"what": "audit"})
    return csv_response(f"auditoria-{timezone.localdate():%Y-%m-%d}.csv", head, rows)


def _cells(rows: Iterator[AuditLog], company: Tenant, language: str) -> Iterator[list[Any]]:
    """Written after the view has returned, so in a language and a time zone of its own."""
    for line in rows:
        with override(language), timezone.override(company.zone):
            changes = " | ".join(f"{each.name}: {each.before} → {each.after}" for each in changes_of(line))
            moment = timezone.localtime(line.created_at).strftime("%d/%m/%Y %H:%M:%S")
            who = line.user.name if line.user else ""
            yield [moment, who, act_of(line), kind_of(line), line.object_name, changes, line.ip, line.request_id]


def _in_words(line: AuditLog) -> dict[str, Any]:
    return {"row": line, "act": act_of(line), "kind": kind_of(line), "changes": list(changes_of(line))}


def _query(request: AgentRequest) -> str:
    """The filter as an address carries it on."""
    asked = request.GET.copy()
    asked.pop("abaixo", None)
    return asked.urlencode()
