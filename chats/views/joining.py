"""Two contacts turn out to be one person: who it may be, what would move, and the act."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from chats.actions.joining import join_people, remaining_of
from chats.selling.candidates import find_contacts
from crm.actions import preview_merge
from crm.models import Contact
from crm.requests import AgentRequest, agent_required
from crm.same_person import likely_same

from .answers import done
from .whom import whom_of

LONGEST_SEARCH = 100
MOST_LIKELY = 5


@require_safe
@agent_required
def joining(request: AgentRequest, /, **key: UUID) -> HttpResponse:
    """Who this person may be: those who look like them, and those found by what is typed in `q`."""
    whom = whom_of(request, **key)
    person = whom.contact
    typed = request.GET.get("q", "").replace("\x00", "")[:LONGEST_SEARCH]
    likely = likely_same(person).visible_to(request.user)
    found = [each for each in find_contacts(request.user, typed) if each.pk != person.pk]
    context = {"whom": whom, "person": person, "typed": typed, "found": found, "likely": likely[:MOST_LIKELY]}
    template = "chats/person/found.html" if "q" in request.GET else "chats/person/joining.html"
    return render(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def joint(request: AgentRequest, /, other_id: UUID, **key: UUID) -> HttpResponse:
    """GET: what would become of the two. POST: they are one; `prefer` names the values of the one that goes."""
    whom = whom_of(request, **key)
    person = whom.contact
    other = get_object_or_404(Contact.objects.visible_to(request.user).exclude(pk=person.pk), pk=other_id)
    survivor, absorbed = remaining_of(person, other)
    preview = preview_merge(survivor, absorbed)
    if request.method != "POST":
        return render(request, "chats/person/joint.html", {"whom": whom, "other": other, "preview": preview})
    offered = {name for name, *_rest in preview.values}
    chosen = {name for name in offered if request.POST.get(name) == "absorbed"}
    join_people(person, other, request.user, chosen)
    if whom.chat is None and survivor.pk != person.pk:
        return HttpResponseClientRedirect(reverse("contacts:contact", args=[survivor.pk]))
    said = _("%(name)s is one contact now. It can be undone for seven days.") % {"name": survivor}
    return done(request, render(request, "chats/live/undo.html", {"text": said}))
