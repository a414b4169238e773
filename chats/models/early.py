"""Word of a message that comes before the message itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.models import new_key


class EarlyKind(models.TextChoices):
    """What can be told about a message before the message itself."""

    ACK = "ACK", _("Tick")
    EDIT = "EDIT", _("Edit")
    REVOKE = "REVOKE", _("Deletion")
    REACTION = "REACTION", _("Reaction")
    VOTE = "VOTE", _("Vote")


class EarlyChange(models.Model):
    """Something told about a message that is not here yet; applied, and deleted, when it comes.

    `key` tells several of one kind apart: the id of an edit, the author of a reaction or vote.
    `at` is the provider's time (ours for a tick, which has none), and `data` what the action of that kind takes.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    session = models.ForeignKey(
        "waha.WhatsAppSession", models.CASCADE, verbose_name=_("number"), related_name="+", db_index=False
    )
    message_id = models.CharField(_("WhatsApp id"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=EarlyKind)
    key = models.CharField(_("key"), max_length=120, blank=True)
    at = models.DateTimeField(_("when"))
    data = models.JSONField(_("details"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("early change")
        verbose_name_plural = _("early changes")
        constraints = [models.UniqueConstraint(fields=["session", "message_id", "kind", "key"], name="early_once")]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.get_kind_display()}"
