"""What colleagues write down about a customer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .contacts import Contact
from .keys import new_key
from .people import User
from .tenants import Tenant


class ContactNote(models.Model):
    """A dated note about a person; only its author changes it."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, verbose_name=_("contact"), related_name="dated_notes")
    author = models.ForeignKey(User, models.SET_NULL, verbose_name=_("author"), related_name="+", null=True, blank=True)
    body = models.TextField(_("text"), max_length=4000)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["contact", "-created_at", "-id"], name="note_of_contact")]

    def __str__(self) -> str:
        return self.body[:60]
