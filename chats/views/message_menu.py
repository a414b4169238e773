"""What can be done with one message: its menu, and the dialogs that ask for more."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from chats.actions import amend
from chats.actions.send import is_forwardable
from chats.models import Chat, Reaction
from crm.requests import AgentRequest, agent_required

from .answers import message_of, uuid_of
from .sends import MOST_FORWARDS

# What WhatsApp itself offers first.
REACTIONS = ("👍", "❤️", "😂", "😮", "😢", "🙏")
TARGETS_SHOWN = 30


@require_safe
@agent_required
def message_menu(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """The items that make sense for this message now; what WhatsApp would refuse is not offered."""
    chat, message = message_of(request, chat_id, message_id)
    ours = Reaction.objects.filter(message=message, author_key=amend.OURS)
    is_out, offers = not amend.why_untouchable(message), chat.session.offers if chat.session else None
    context = {
        "chat": chat,
        "message": message,
        "link": request.build_absolute_uri(f"{reverse('chats:chat', args=[chat.pk])}?m={message.pk}"),
        "reactions": REACTIONS if is_out and offers and offers.reaction else (),
        "our_reaction": ours.values_list("emoji", flat=True).first(),
        "may_reply": is_out,
        "may_forward": is_forwardable(message),
        "may_edit": bool(offers and offers.edit) and not amend.why_not_editable(message),
        "may_delete": bool(offers and offers.revoke) and not amend.why_not_deletable(message),
    }
    return render(request, "chats/message_menu/menu.html", context)


@require_safe
@agent_required
def quoting(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """The strip over the composer that says what is being answered."""
    chat, message = message_of(request, chat_id, message_id)
    return render(request, "chats/composer/_quote.html", {"chat": chat, "quoted": message})


@require_safe
@agent_required
def forwarding_dialog(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """Whom to send it on to; `q` searches, and what is chosen already stays on top."""
    chat, message = message_of(request, chat_id, message_id)
    context = {"chat": chat, "message": message, "most": MOST_FORWARDS, "client_id": uuid4(), **_targets(request)}
    name = "targets" if request.GET.get("parte") == "lista" else "forwarding"
    return render(request, f"chats/message_menu/{name}.html", context)


@require_safe
@agent_required
def editing_dialog(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """Our text, to be changed, and until when WhatsApp lets us."""
    chat, message = message_of(request, chat_id, message_id)
    left = message.timestamp + amend.EDITABLE_FOR - timezone.now()
    minutes = max(1, round(left.total_seconds() / 60))
    return render(
        request, "chats/message_menu/editing.html", {"chat": chat, "message": message, "minutes_left": minutes}
    )


@require_safe
@agent_required
def deletion_dialog(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """Asks once: what is deleted for everyone cannot be brought back."""
    chat, message = message_of(request, chat_id, message_id)
    return render(request, "chats/message_menu/deletion.html", {"chat": chat, "message": message})


def _targets(request: AgentRequest) -> dict[str, Any]:
    chats = Chat.objects.visible_to(request.user).with_row_details()
    chosen_ids = [key for key in map(uuid_of, request.GET.getlist("to")) if key][:MOST_FORWARDS]
    chosen = list(chats.filter(pk__in=chosen_ids).in_list_order())
    found = chats.matching((request.GET.get("q") or "")[:100]).exclude(pk__in=chosen_ids).in_list_order()
    return {"chosen": chosen, "found": list(found[:TARGETS_SHOWN])}
