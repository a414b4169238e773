"""Two records that turned out to be one person, and the way back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .contacts import Contact
from .keys import new_key
from .people import User
from .tenants import Tenant


class ContactMerge(models.Model):
    """`absorbed` became part of `survivor`. `moved` says what went over and what stood before, for the way back.

    `by` is None when the same WhatsApp person was recognised by the program.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="+")
    survivor = models.ForeignKey(Contact, models.CASCADE, verbose_name=_("remaining contact"), related_name="merges")
    absorbed = models.ForeignKey(Contact, models.CASCADE, verbose_name=_("absorbed contact"), related_name="+")
    by = models.ForeignKey(User, models.SET_NULL, verbose_name=_("by"), related_name="+", null=True, blank=True)
    moved = models.JSONField(_("moved"), default=dict, blank=True)
    merged_at = models.DateTimeField(_("merged at"), auto_now_add=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-merged_at"]
        indexes = [models.Index(fields=["tenant", "-merged_at"], name="merge_by_time")]

    def __str__(self) -> str:
        return f"{self.absorbed} → {self.survivor}"
