"""What an agent writes about the person of a conversation, in place, in the panel."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chats.actions import people
from chats.models import Chat
from chats.selling.panel import read_panel
from crm.actions import NotTheirs, Taken
from crm.contact_values import COLUMNS, read_column, read_value
from crm.models import Contact, ContactField, ContactNote, FieldKind, Tag
from crm.requests import AgentRequest, agent_required, tenant_of

from .answers import done

LONGEST_NOTE = 4000
LONGEST_TAG = 40
MOST_TAGS_SHOWN = 12


@require_POST
@agent_required
def contact(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """One column of the contact, named by what is posted."""
    chat = _chat(request, chat_id)
    column = next((name for name in COLUMNS if name in request.POST), None)
    if column is None:
        return HttpResponse(status=422)
    try:
        people.describe_person(chat, request.user, column, read_column(column, request.POST[column]))
    except ValidationError as error:
        return _refused(request, chat, column, error.messages[0])
    except Taken as taken:
        said = _("Another contact has this phone.")
        seen = Contact.objects.visible_to(request.user).filter(pk=taken.other.pk).first()
        return _refused(request, chat, column, said, seen)
    return _shown(request, chat, column)


@require_POST
@agent_required
def field(request: AgentRequest, chat_id: UUID, field_id: UUID) -> HttpResponse:
    """The value of a field of the company's own."""
    chat, asked = _chat(request, chat_id), _field(request, field_id)
    try:
        people.fill_person(chat, request.user, asked, read_value(asked, request.POST.get("value", "")))
    except ValidationError as error:
        return _refused(request, chat, f"field-{asked.pk}", error.messages[0])
    return _shown(request, chat, f"field-{asked.pk}")


@require_safe
@agent_required
def field_menu(request: AgentRequest, chat_id: UUID, field_id: UUID) -> HttpResponse:
    """What can be chosen for a field: its options, or yes and no."""
    chat, asked = _chat(request, chat_id), _field(request, field_id)
    options = [(option, option) for option in asked.options]
    if asked.kind == FieldKind.BOOLEAN:
        options = [("true", _("Yes")), ("false", _("No"))]
    person = _person(chat)
    context = {"chat": chat, "field": asked, "options": options, "value": person.custom_fields.get(asked.name)}
    return render(request, "chats/menus/field.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def tags(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """GET: tags that go with what was typed in `name`. POST: the contact has the tag of this name."""
    chat = _chat(request, chat_id)
    data = request.POST if request.method == "POST" else request.GET
    name = " ".join(data.get("name", "").replace("\x00", "").split())[:LONGEST_TAG]
    if request.method == "POST":
        if not name:
            return _refused(request, chat, "tag", _("What is the tag called?"))
        people.tag_person(chat, name)
        return _shown(request, chat, "tag")
    known = Tag.objects.filter(tenant=tenant_of(request.user), name__icontains=name)
    found = list(known.exclude(contacts=chat.contact_id)[:MOST_TAGS_SHOWN])
    is_new = bool(name) and not Tag.objects.filter(tenant=tenant_of(request.user), name__iexact=name).exists()
    context = {"chat": chat, "tags": found, "name": name, "is_new": is_new}
    return render(request, "chats/person/tags.html", context)


@require_POST
@agent_required
def tag_removal(request: AgentRequest, chat_id: UUID, tag_id: UUID) -> HttpResponse:
    """The contact has the tag no more."""
    chat = _chat(request, chat_id)
    people.untag_person(chat, get_object_or_404(Tag, pk=tag_id, tenant=chat.tenant_id))
    return _shown(request, chat, "tag")


@require_POST
@agent_required
def notes(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """A new note about the person."""
    chat, body = _chat(request, chat_id), _body(request)
    if not body:
        return _refused(request, chat, "note", _("Write the note first."))
    people.note_person(chat, request.user, body)
    return _shown(request, chat, "note")


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def note(request: AgentRequest, chat_id: UUID, note_id: UUID) -> HttpResponse:
    """GET: the dialog in which its author changes a note. POST: its new words."""
    chat = _chat(request, chat_id)
    asked = get_object_or_404(ContactNote, pk=note_id, contact=chat.contact_id, author=request.user)
    if request.method != "POST":
        return render(request, "chats/person/note.html", {"chat": chat, "note": asked})
    body = _body(request)
    if not body:
        return render(request, "chats/person/note.html", {"chat": chat, "note": asked, "is_empty": True}, status=422)
    people.renote_person(chat, request.user, asked, body)
    return _shown(request, chat, "note")


@require_POST
@agent_required
def note_removal(request: AgentRequest, chat_id: UUID, note_id: UUID) -> HttpResponse:
    """Its author takes a note back."""
    chat = _chat(request, chat_id)
    asked = get_object_or_404(ContactNote, pk=note_id, contact=chat.contact_id)
    try:
        people.unnote_person(chat, request.user, asked)
    except NotTheirs:
        return HttpResponse(_("Only its author can delete a note."), status=403)
    return _shown(request, chat, "note")


def _chat(request: AgentRequest, chat_id: UUID) -> Chat:
    chats = Chat.objects.visible_to(request.user).filter(contact__isnull=False).select_related("contact")
    return get_object_or_404(chats.defer("search"), pk=chat_id)


def _person(chat: Chat) -> Contact:
    if chat.contact is None:
        raise Contact.DoesNotExist
    return chat.contact


def _field(request: AgentRequest, field_id: UUID) -> ContactField:
    return get_object_or_404(ContactField, pk=field_id, tenant=tenant_of(request.user))


def _body(request: AgentRequest) -> str:
    return request.POST.get("body", "").replace("\r\n", "\n").replace("\x00", "").strip()[:LONGEST_NOTE]


def _shown(request: AgentRequest, chat: Chat, place: str) -> HttpResponse:
    """The panel as it is now, and no complaint at the place that was changed."""
    fresh = Chat.objects.visible_to(request.user).for_thread().filter(pk=chat.pk).first()
    context = {"panel": read_panel(fresh) if fresh else None, "place": place}
    return done(request, render(request, "chats/person/shown.html", context))


def _refused(request: AgentRequest, chat: Chat, place: str, error: str, other: Contact | None = None) -> HttpResponse:
    """Why not, under the field; with the contact that is in the way, if there is one."""
    context = {"chat": chat, "place": place, "error": error, "other": other}
    return render(request, "chats/person/error.html", context, status=422)
