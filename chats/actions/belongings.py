"""What our people keep with a conversation goes along when two become one, and back when they part again."""

from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from chats.models import Chat, Draft, Mute, ScheduledMessage
from crm.models import Activity

Moved = dict[str, list[str]]


def take_along(survivor: Chat, absorbed: Chat) -> Moved:
    """What is kept with `absorbed`, its plans too; the keys of what came, to give it back."""
    return {
        "tags": _add(survivor.tags, absorbed.tags),
        "watchers": _add(survivor.watchers, absorbed.watchers),
        "drafts": _move_drafts(survivor, absorbed),
        "scheduled": _move(ScheduledMessage.objects.filter(chat=absorbed), survivor),
        "mutes": _move(Mute.objects.filter(chat=absorbed).exclude(user__in=_users(Mute, survivor)), survivor),
        "activities": _move(Activity.objects.filter(chat=absorbed), survivor),
    }


def give_back(survivor: Chat, absorbed: Chat, moved: Moved) -> None:
    """Each has again what it had; what came since, and what was sent or thrown away, stays where it is."""
    survivor.tags.remove(*survivor.tags.filter(pk__in=moved.get("tags", [])))
    survivor.watchers.remove(*survivor.watchers.filter(pk__in=moved.get("watchers", [])))
    for name, rows in (
        ("drafts", Draft.objects.exclude(user__in=_users(Draft, absorbed))),
        ("scheduled", ScheduledMessage.objects.all()),
        ("mutes", Mute.objects.exclude(user__in=_users(Mute, absorbed))),
        ("activities", Activity.objects.all()),
    ):
        rows.filter(pk__in=moved.get(name, []), chat=survivor).update(chat=absorbed)


def _add(here: Any, there: Any) -> list[str]:
    """Both relations keep what they have; the keys that are new here."""
    known = set(here.values_list("pk", flat=True))
    new = [pk for pk in there.values_list("pk", flat=True) if pk not in known]
    here.add(*new)
    return [str(pk) for pk in new]


def _move(rows: "QuerySet[Any]", survivor: Chat) -> list[str]:
    keys: list[UUID] = list(rows.values_list("pk", flat=True))
    rows.model._default_manager.filter(pk__in=keys).update(chat=survivor)
    return [str(pk) for pk in keys]


def _move_drafts(survivor: Chat, absorbed: Chat) -> list[str]:
    """Somebody who has begun to write in both goes on with both texts, one after the other; with a note among them
    it is one, which no customer ever gets.
    """
    for draft in Draft.objects.filter(chat=survivor, user__in=_users(Draft, absorbed)):
        other = Draft.objects.get(chat=absorbed, user=draft.user)
        draft.text = "\n".join(filter(None, [draft.text, other.text]))
        draft.is_note = draft.is_note or other.is_note
        draft.save()
        other.files.update(draft=draft)
        other.delete()
    return _move(Draft.objects.filter(chat=absorbed), survivor)


def _users(model: type[Model], chat: Chat) -> "QuerySet[Any, Any]":
    """Those who have such a row with this chat."""
    return model._default_manager.filter(chat=chat).values("user")
