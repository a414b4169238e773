"""What an agent writes about a person, in place: beside one of their conversations, or on their own page."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chats.actions import people
from chats.selling.panel import read_again
from chats.selling.whom import Whom
from crm.actions import NotTheirs, Taken
from crm.contact_values import COLUMNS, read_column, read_value
from crm.models import Contact, ContactField, ContactNote, FieldKind, Tag
from crm.requests import AgentRequest, agent_required, tenant_of

from .answers import done
from .whom import whom_of

LONGEST_NOTE = 4000
LONGEST_TAG = 40
MOST_TAGS_SHOWN = 12


@require_POST
@agent_required
def person(request: AgentRequest, /, **key: UUID) -> HttpResponse:
    """One column of the contact, named by what is posted."""
    whom = whom_of(request, **key)
    column = next((name for name in COLUMNS if name in request.POST), None)
    if column is None:
        return HttpResponse(status=422)
    try:
        people.describe_person(whom.contact, request.user, column, read_column(column, request.POST[column]))
    except ValidationError as error:
        return _refused(request, whom, column, error.messages[0])
    except Taken as taken:
        said = _("Another contact has this phone.")
        seen = Contact.objects.visible_to(request.user).filter(pk=taken.other.pk).first()
        return _refused(request, whom, column, said, seen)
    return _shown(request, whom, column)


@require_POST
@agent_required
def field(request: AgentRequest, /, field_id: UUID, **key: UUID) -> HttpResponse:
    """The value of a field of the company's own."""
    whom, asked = whom_of(request, **key), _field(request, field_id)
    try:
        people.fill_person(whom.contact, request.user, asked, read_value(asked, request.POST.get("value", "")))
    except ValidationError as error:
        return _refused(request, whom, f"field-{asked.pk}", error.messages[0])
    return _shown(request, whom, f"field-{asked.pk}")


@require_safe
@agent_required
def field_menu(request: AgentRequest, /, field_id: UUID, **key: UUID) -> HttpResponse:
    """What can be chosen for a field: its options, or yes and no."""
    whom, asked = whom_of(request, **key), _field(request, field_id)
    options = [(option, option) for option in asked.options]
    if asked.kind == FieldKind.BOOLEAN:
        options = [("true", _("Yes")), ("false", _("No"))]
    context = {"whom": whom, "field": asked, "options": options, "value": whom.contact.custom_fields.get(asked.name)}
    return render(request, "chats/menus/field.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def tags(request: AgentRequest, /, **key: UUID) -> HttpResponse:
    """GET: tags that go with what was typed in `name`. POST: the contact has the tag of this name."""
    whom = whom_of(request, **key)
    data = request.POST if request.method == "POST" else request.GET
    name = " ".join(data.get("name", "").replace("\x00", "").split())[:LONGEST_TAG]
    if request.method == "POST":
        if not name:
            return _refused(request, whom, "tag", _("What is the tag called?"))
        people.tag_person(whom.contact, name)
        return _shown(request, whom, "tag")
    known = Tag.objects.filter(tenant=tenant_of(request.user), name__icontains=name)
    found = list(known.exclude(contacts=whom.contact)[:MOST_TAGS_SHOWN])
    is_new = bool(name) and not Tag.objects.filter(tenant=tenant_of(request.user), name__iexact=name).exists()
    context = {"whom": whom, "tags": found, "name": name, "is_new": is_new}
    return render(request, "chats/person/tags.html", context)


@require_POST
@agent_required
def tag_removal(request: AgentRequest, /, tag_id: UUID, **key: UUID) -> HttpResponse:
    """The contact has the tag no more."""
    whom = whom_of(request, **key)
    people.untag_person(whom.contact, get_object_or_404(Tag, pk=tag_id, tenant=tenant_of(request.user)))
    return _shown(request, whom, "tag")


@require_POST
@agent_required
def notes(request: AgentRequest, /, **key: UUID) -> HttpResponse:
    """A new note about the person."""
    whom, body = whom_of(request, **key), _body(request)
    if not body:
        return _refused(request, whom, "note", _("Write the note first."))
    people.note_person(whom.contact, request.user, body)
    return _shown(request, whom, "note")


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def note(request: AgentRequest, /, note_id: UUID, **key: UUID) -> HttpResponse:
    """GET: the dialog in which its author changes a note. POST: its new words."""
    whom = whom_of(request, **key)
    asked = get_object_or_404(ContactNote, pk=note_id, contact=whom.contact, author=request.user)
    if request.method != "POST":
        return render(request, "chats/person/note.html", {"whom": whom, "note": asked})
    body = _body(request)
    if not body:
        return render(request, "chats/person/note.html", {"whom": whom, "note": asked, "is_empty": True}, status=422)
    people.renote_person(whom.contact, request.user, asked, body)
    return _shown(request, whom, "note")


@require_POST
@agent_required
def note_removal(request: AgentRequest, /, note_id: UUID, **key: UUID) -> HttpResponse:
    """Its author takes a note back."""
    whom = whom_of(request, **key)
    asked = get_object_or_404(ContactNote, pk=note_id, contact=whom.contact)
    try:
        people.unnote_person(whom.contact, request.user, asked)
    except NotTheirs:
        return HttpResponse(_("Only its author can delete a note."), status=403)
    return _shown(request, whom, "note")


def _field(request: AgentRequest, field_id: UUID) -> ContactField:
    return get_object_or_404(ContactField, pk=field_id, tenant=tenant_of(request.user))


def _body(request: AgentRequest) -> str:
    return request.POST.get("body", "").replace("\r\n", "\n").replace("\x00", "").strip()[:LONGEST_NOTE]


def _shown(request: AgentRequest, whom: Whom, place: str) -> HttpResponse:
    """The record as it is now, and no complaint at the place that was changed."""
    context = {"panel": read_again(request.user, whom), "place": place}
    return done(request, render(request, "chats/person/shown.html", context))


def _refused(request: AgentRequest, whom: Whom, place: str, error: str, other: Contact | None = None) -> HttpResponse:
    """Why not, under the field; with the contact that is in the way, if there is one."""
    context = {"whom": whom, "place": place, "error": error, "other": other}
    return render(request, "chats/person/error.html", context, status=422)
