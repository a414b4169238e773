"""A link in a message gets a preview: asked for once, kept, and shown by every bubble that bears the same address."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from chats.links import Page, first_link
from chats.models import LinkPreview, Message

from .jobs import order_job
from .locking import changing

LINK_TASK = "chats.link"
FRESH_FOR = timedelta(days=30)
# A page that could not be had may be back tomorrow.
FAILED_FOR = timedelta(days=1)


def order_link_preview(message: Message) -> None:
    """Have the link of a message that was just stored looked at, when it has one."""
    if settings.LINK_PREVIEWS and not message.imported and message.body and first_link(message.body):
        order_job(LINK_TASK, once=f"link:{message.pk}", message_pk=str(message.pk))


def preview_of(tenant_id: UUID, url: str) -> LinkPreview:
    """The company's row of an address, new or known."""
    return LinkPreview.objects.get_or_create(tenant_id=tenant_id, url=url)[0]


def is_fresh(preview: LinkPreview) -> bool:
    """Whether the page need not be asked again."""
    if preview.fetched_at is None:
        return False
    return timezone.now() - preview.fetched_at < (FAILED_FOR if preview.error else FRESH_FOR)


def record_page(preview: LinkPreview, page: Page | None, error: str = "") -> None:
    """What the page said, or why it said nothing; what was known before outlives a failure."""
    preview.fetched_at, preview.error = timezone.now(), error[:200]
    if page:
        preview.title, preview.description, preview.site_name = page.title, page.description, page.site_name
        if page.image:
            preview.image.save(f"{preview.pk}.webp", ContentFile(page.image), save=False)
    preview.save()


def show_preview(message_pk: UUID, preview: LinkPreview) -> None:
    """The bubble shows it from now on, on every open page."""
    if not preview.title:
        return
    with transaction.atomic():
        message = Message.objects.filter(pk=message_pk, revoked_at=None).exclude(link_preview=preview).first()
        if message is None:
            return
        with changing(message.chat_id) as chat:
            Message.objects.filter(pk=message.pk).update(link_preview=preview, seq=chat.seq)
