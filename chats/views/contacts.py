"""Contacts: the list, new ones, and what can be done to many of them at once."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from chats import actions
from chats.actions.contacts import ContactExists, put_contact_tag
from chats.directory.contact_filter import ContactFilter
from chats.directory.contact_forms import NewContactForm
from chats.directory.contact_rows import MOST_REFRESHED, PAGE_SIZE, read_contacts, read_list
from chats.models import Chat
from crm.models import Contact, Tag
from crm.requests import AgentRequest, agent_required, tenant_of

from .answers import uuid_of

MOST_AT_ONCE = 500


@require_safe
@agent_required
def contacts(request: AgentRequest) -> HttpResponse:
    """The page; asked for by htmx, only the list."""
    filters = ContactFilter.read(request.GET, tenant_of(request.user))
    page, total = read_list(filters, request.user, _size(request))
    template = "contacts/_list.html" if request.htmx else "contacts/page.html"
    return render(request, template, {"filters": filters, "page": page, "total": total})


@require_safe
@agent_required
def rows(request: AgentRequest) -> HttpResponse:
    """Further rows, after the one in `depois`."""
    filters = ContactFilter.read(request.GET, tenant_of(request.user))
    page = read_contacts(filters, request.user, after=request.GET.get("depois", ""))
    return render(request, "contacts/_rows.html", {"filters": filters, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def contact_new(request: AgentRequest) -> HttpResponse:
    """The form of a new contact, and the contact itself; the page of the contact follows."""
    if request.method != "POST":
        return render(request, "contacts/new.html", {"form": NewContactForm(request.user)})
    form = NewContactForm(request.user, request.POST)
    if form.is_valid():
        told = {name: form.cleaned_data[name] for name in form.Meta.fields}
        try:
            contact = actions.add_contact(
                request.user, form.cleaned_data["tags"], as_lead=form.cleaned_data["as_lead"], **told
            )
            return HttpResponseClientRedirect(_page_of(contact))
        except ContactExists as known:
            form.refuse_known(known.contact)
    return render(request, "contacts/new.html", {"form": form}, status=422)


@require_POST
@agent_required
def conversation(request: AgentRequest, contact_id: UUID) -> HttpResponse:
    """Leads to the conversation with this contact, begun when there is none."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user), pk=contact_id)
    chat = Chat.objects.visible_to(request.user).filter(contact=contact).recent_first().first()
    try:
        chat = chat or actions.open_chat(request.user, contact.phone, contact=contact)[0]
    except actions.NotReachable:
        return _say(request, _("This contact has no phone: add one to write to them."))
    if not Chat.objects.visible_to(request.user).filter(pk=chat.pk).exists():
        return _say(request, _("A colleague is in a conversation with this contact."))
    return HttpResponseClientRedirect(reverse("chats:chat", args=[chat.pk]))


@require_safe
@agent_required
def tag_menu(request: AgentRequest) -> HttpResponse:
    """Tags to put on those who are chosen."""
    tags = Tag.objects.filter(tenant=tenant_of(request.user))
    return render(request, "contacts/tag_menu.html", {"tags": tags})


@require_POST
@agent_required
def selection(request: AgentRequest) -> HttpResponse:
    """The tag on those of the chosen contacts that this person sees; off again when all of them had it."""
    keys = {key for text in request.POST.getlist("contact") if (key := uuid_of(text))}
    if len(keys) > MOST_AT_ONCE:
        return _say(request, _("That is too many: choose at most %(most)s contacts.") % {"most": MOST_AT_ONCE})
    tags = Tag.objects.filter(tenant=tenant_of(request.user))
    tag = tags.filter(pk__in=filter(None, [uuid_of(request.POST.get("tag", ""))])).first()
    chosen = list(Contact.objects.visible_to(request.user).filter(pk__in=keys))
    if tag is None or not chosen:
        return _say(request, _("That does not exist any more. Reload the page and try again."))
    count = put_contact_tag(chosen, tag)
    if count:
        told = ngettext("%(count)s contact is tagged “%(name)s”.", "%(count)s contacts are tagged “%(name)s”.", count)
    else:
        count = len(chosen)
        told = ngettext(
            "“%(name)s” was taken off %(count)s contact.", "“%(name)s” was taken off %(count)s contacts.", count
        )
    return _say(request, told % {"count": count, "name": tag.name}, status=200)


def _size(request: AgentRequest) -> int:
    """As many rows as the page shows already, when it reads itself anew."""
    shown = request.GET.get("linhas", "")
    return min(max(PAGE_SIZE, int(shown)), MOST_REFRESHED) if shown.isdecimal() else PAGE_SIZE


def _page_of(contact: Contact) -> str:
    return reverse("contacts:contact", args=[contact.pk])


def _say(request: AgentRequest, text: str, *, status: int = 422) -> HttpResponse:
    return render(request, "chats/live/undo.html", {"text": text}, status=status)
