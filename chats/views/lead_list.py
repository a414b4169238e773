"""Leads: the list, and new ones by hand."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from chats.actions.lead_list import add_lead
from chats.directory.lead_filter import LeadFilter
from chats.directory.lead_forms import NewLeadForm
from chats.directory.lead_rows import MOST_REFRESHED, PAGE_SIZE, read_leads
from crm.models import Contact
from crm.requests import AgentRequest, agent_required, tenant_of

from .answers import done


@require_safe
@agent_required
def leads(request: AgentRequest) -> HttpResponse:
    """The page; asked for by htmx, only the list."""
    filters = LeadFilter.read(request.GET, tenant_of(request.user))
    page = read_leads(filters, request.user, size=_size(request))
    context = {"filters": filters, "page": page, "tabs": filters.tabs(request.user)}
    return render(request, "leads/_list.html" if request.htmx else "leads/page.html", context)


@require_safe
@agent_required
def rows(request: AgentRequest) -> HttpResponse:
    """Further rows, after the one in `depois`."""
    filters = LeadFilter.read(request.GET, tenant_of(request.user))
    page = read_leads(filters, request.user, after=request.GET.get("depois", ""))
    return render(request, "leads/_rows.html", {"filters": filters, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def lead_new(request: AgentRequest) -> HttpResponse:
    """The form of a new lead, and the lead itself: of the contact who has this phone, or of a new one."""
    form = NewLeadForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        lead, is_new = add_lead(request.user, **form.cleaned_data)
        if is_new:
            text = _("%(name)s is a lead now.") % {"name": lead.name}
            return done(request, render(request, "chats/live/undo.html", {"text": text}))
        form.add_error("phone", _("This person is a lead already."))
        known = Contact.objects.visible_to(request.user).filter(leads=lead).first()
        return render(request, "leads/new.html", {"form": form, "known": known}, status=422)
    return render(request, "leads/new.html", {"form": form}, status=422 if form.errors else 200)


def _size(request: AgentRequest) -> int:
    """As many rows as the page shows already, when it reads itself anew."""
    shown = request.GET.get("linhas", "")
    return min(max(PAGE_SIZE, int(shown)), MOST_REFRESHED) if shown.isdecimal() else PAGE_SIZE
