"""Files of a draft: uploaded when they are chosen, handed over to a message when it is sent, or dropped.

A file belongs to one row: what leaves a draft unsent leaves the storage, what is sent is the message's from then on.
"""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from chats.media import Facts, prepare
from chats.models import Chat, Draft, DraftFile, Message, QuickReply
from crm.models import User

from .drafts import open_draft
from .media import order_pieces
from .outgoing import MEANT, Drafted, Outgoing, kind_of
from .overtaking import Seen
from .repeats import find_repeated
from .send import NotSendable, send_message

MOST_FILES = 10
ABANDONED_AFTER = timedelta(days=7)
COPIED = ["name", "type", "mime_type", "size_bytes", "width", "height", "duration_seconds"]


class TooManyFiles(Exception):
    """The draft is full; the text says so, in the agent's language."""


def add_draft_file(
    chat: Chat,
    user: User,
    file: "File[Any]",
    facts: Facts,
    *,
    meant: str = "",
    position: int = 0,
    upload_key: str = "",
) -> DraftFile:
    """Put a file into this person's draft. The same `upload_key` is the same file, however often it is uploaded."""
    known = _uploaded(DraftFile.objects.drafted(user, chat), upload_key)
    if known:
        return known
    ready = prepare(file, facts, file.name or _("file"), meant)
    new = DraftFile(
        name=ready.name[-255:],
        type=ready.facts.type,
        mime_type=ready.facts.mime_type[:120],
        size_bytes=ready.facts.size_bytes,
        width=ready.facts.width,
        height=ready.facts.height,
        duration_seconds=ready.facts.duration_seconds,
        waveform=ready.waveform,
        meant=_settled(ready.facts.type, meant),
        position=position,
        upload_key=upload_key,
    )
    # Before anything is locked: to write a file takes its time.
    new.file.save(f"{new.pk}{ready.facts.ending}", ready.file, save=False)
    if ready.thumbnail:
        new.thumbnail.save(f"{new.pk}.small.webp", ContentFile(ready.thumbnail), save=False)
    try:
        kept = _kept(chat, user, new)
    except BaseException:
        _forget_stored(new)
        raise
    if kept.pk != new.pk:
        _forget_stored(new)
    return kept


def change_draft_file(file: DraftFile, *, caption: str | None = None, meant: str | None = None) -> None:
    """New words under it, or another way to send it; None leaves what was."""
    file.caption = file.caption if caption is None else caption
    file.meant = file.meant if meant is None else _settled(file.type, meant)
    # It may have been sent meanwhile: then there is nothing to change any more.
    DraftFile.objects.filter(pk=file.pk).update(caption=file.caption, meant=file.meant)


def remove_draft_files(files: Iterable[DraftFile]) -> None:
    """Unsent files go, and leave the storage once their rows are gone."""
    with transaction.atomic():
        for file in files:
            file.delete()
            transaction.on_commit(partial(_forget_stored, file))


def send_drafted(
    chat: Chat,
    author: User,
    what: Drafted,
    *,
    client_id: UUID,
    quoted: Message | None = None,
    seen: Seen | None = None,
) -> Message:
    """Send a file of the author's own draft: the stored file becomes the message's, nothing is copied.

    A repeated request finds the file gone and its message there. `seen` is as for `send_message`.
    """
    with transaction.atomic():
        drafted = DraftFile.objects.drafted(author, chat).select_for_update(of=("self",))
        file = drafted.filter(pk=what.file_id).first()
        if file is None:
            known = find_repeated(chat, client_id)
            if known is None:
                raise NotSendable(_("This file is no longer in your draft. Attach it again."))
            return known
        outgoing = Outgoing.of_draft(file, what.caption).signed_by(author)
        message = send_message(chat, author, outgoing, client_id=client_id, quoted=quoted, seen=seen)
        order_pieces(message)
        file.delete()
    return message


def copy_into_draft(quick_reply: QuickReply, draft: Draft) -> list[DraftFile]:
    """The files of a quick reply, as files of the draft: copies, since the reply keeps its own."""
    room = MOST_FILES - draft.files.count()
    return [_copy(file, draft) for file in quick_reply.files.all()[: max(0, room)]]


def remove_abandoned() -> int:
    """What waits in drafts that nobody has touched for a week goes; how many files."""
    horizon = timezone.now() - ABANDONED_AFTER
    old = list(DraftFile.objects.filter(created_at__lt=horizon, draft__updated_at__lt=horizon))
    remove_draft_files(old)
    return len(old)


def _kept(chat: Chat, user: User, new: DraftFile) -> DraftFile:
    """The row in the draft: this one, or the one that the same upload left before."""
    with transaction.atomic():
        draft = open_draft(user, chat)
        known = _uploaded(draft.files.all(), new.upload_key)
        if known:
            return known
        if draft.files.count() >= MOST_FILES:
            raise TooManyFiles(_("At most %(count)d files at once.") % {"count": MOST_FILES})
        new.draft = draft
        new.save()
        draft.save(update_fields=["updated_at"])
    return new


def _settled(found: str, meant: str) -> str:
    """Blank where the content cannot be meant so: a photo is no voice message."""
    return meant if meant and kind_of(found, meant) == MEANT[meant][0] else ""


def _uploaded(files: Any, upload_key: str) -> DraftFile | None:
    found: DraftFile | None = files.filter(upload_key=upload_key).first() if upload_key else None
    return found


def _copy(file: Any, draft: Draft) -> DraftFile:
    last = draft.files.aggregate(last=Max("position"))["last"]
    copy = DraftFile(draft=draft, position=(last or 0) + 1, **{name: getattr(file, name) for name in COPIED})
    for column in ("file", "thumbnail"):
        stored = getattr(file, column)
        if stored:
            with stored.open("rb") as source:
                getattr(copy, column).save(stored.name.rpartition("/")[2], File(source), save=False)
    copy.save()
    return copy


def _forget_stored(file: DraftFile) -> None:
    for stored in (file.file, file.thumbnail):
        if stored:
            stored.storage.delete(stored.name or "")
