from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatsConfig(AppConfig):
    """Conversations: the chats, their messages, and the page that shows them."""

    name = "chats"
    verbose_name = _("Chats")
    default_auto_field = "django.db.models.BigAutoField"
