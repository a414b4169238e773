"""Settings, Quick replies: the page, and the dialog in which one is written, from wherever it was opened."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from chats.actions.quick_replies import delete_quick_reply, save_quick_reply
from chats.composing.quick_replies import matching, offered_to
from chats.composing.reply_form import QuickReplyForm
from chats.composing.variables import MEANINGS, preview, unknown_in
from chats.models import Chat, Message, QuickReply
from crm.limits import limited_uploads
from crm.requests import AgentRequest, agent_required

from .answers import uuid_of

LONGEST_PREVIEWED = 4096


@require_safe
@agent_required
def replies(request: AgentRequest) -> HttpResponse:
    """All that this person may insert or change; only the list when the page searches."""
    name = "_list" if request.htmx else "page"
    return render(request, f"chats/replies/{name}.html", _list_context(request))


@require_http_methods(["GET", "HEAD", "POST"])
@limited_uploads
@agent_required
def quick_reply_new(request: AgentRequest) -> HttpResponse:
    """A new one, empty or made of the message in `from`."""
    form = QuickReplyForm(
        request.POST or None, request.FILES or None, by=request.user, initial={"body": _words_of(request)}
    )
    return _answer(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@limited_uploads
@agent_required
def quick_reply(request: AgentRequest, reply_id: UUID) -> HttpResponse:
    reply = get_object_or_404(QuickReply.objects.kept_by(request.user), pk=reply_id)
    return _answer(
        request, QuickReplyForm(request.POST or None, request.FILES or None, by=request.user, instance=reply)
    )


@require_POST
@agent_required
def deletion(request: AgentRequest, reply_id: UUID) -> HttpResponse:
    delete_quick_reply(get_object_or_404(QuickReply.objects.kept_by(request.user), pk=reply_id))
    return render(request, "chats/replies/_list.html", _list_context(request))


@require_POST
@agent_required
def preview_(request: AgentRequest) -> HttpResponse:
    """The text in `body` as a customer would get it."""
    body = request.POST.get("body", "")[:LONGEST_PREVIEWED]
    context = {"text": preview(body, request.user), "unknown": unknown_in(body)}
    return render(request, "chats/replies/_preview.html", context)


def _answer(request: AgentRequest, form: QuickReplyForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        reply = save_quick_reply(form.result(), added=form.cleaned_data["added"], removed=form.cleaned_data["removed"])
        response = render(request, "chats/replies/saved.html", {**_list_context(request), "reply": reply})
        return trigger_client_event(response, "dialog:close")
    body = form["body"].value() or ""
    context = {
        "form": form,
        "editing": not form.instance._state.adding,
        "meanings": MEANINGS,
        "text": preview(body, request.user),
        "unknown": unknown_in(body),
    }
    return render(request, "chats/replies/form.html", context, status=422 if form.errors else 200)


def _list_context(request: AgentRequest) -> dict[str, object]:
    user, typed = request.user, request.GET.get("q", "")[:60]
    kept = set(QuickReply.objects.kept_by(user).values_list("pk", flat=True))
    found = {reply.pk: reply for reply in offered_to(user, also=kept)}
    return {"replies": matching(list(found.values()), typed), "kept": kept, "q": typed}


def _words_of(request: AgentRequest) -> str:
    """The text of a message of a chat that this person sees."""
    message_id = uuid_of(request.GET.get("from", ""))
    if message_id is None:
        return ""
    seen = Chat.objects.visible_to(request.user)
    return get_object_or_404(Message, pk=message_id, chat__in=seen).body or ""
