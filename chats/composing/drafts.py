"""What an agent has begun to write, as the page shows it."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from chats.models import Chat, Draft, DraftFile
from crm.models import User

# What a chip of the tray shows.
SHOWN = ("id", "name", "type", "meant", "caption", "size_bytes", "duration_seconds", "thumbnail", "waveform")


def draft_of(user: User, chat: Chat) -> Draft | None:
    """This person's own draft in this chat, in one query; `shown_files` holds its files, each a dict of `SHOWN`."""
    files = DraftFile.objects.filter(draft=OuterRef("pk")).order_by("position", "created_at", "id")
    shown = ArraySubquery(files.values(json=JSONObject(**{name: name for name in SHOWN})))
    return (
        Draft.objects.filter(user=user, chat=chat).select_related("quoted__author").annotate(shown_files=shown).first()
    )
