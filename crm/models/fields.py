"""What else a company wants to know of its customers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from .keys import new_key
from .tenants import Tenant


class FieldKind(models.TextChoices):
    TEXT = "TEXT", _("Text")
    NUMBER = "NUMBER", _("Number")
    MONEY = "MONEY", _("Money (R$)")
    DATE = "DATE", _("Date")
    BOOLEAN = "BOOLEAN", _("Yes or no")
    CHOICE = "CHOICE", _("Choice")


class ContactField(models.Model):
    """A field of the company's own. `Contact.custom_fields` holds its value under its name:

    TEXT and CHOICE a text, NUMBER a number, MONEY decimal digits ("1234.56"), DATE an ISO day, BOOLEAN true or false.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="contact_fields")
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=7, choices=FieldKind, default=FieldKind.TEXT)
    options = ArrayField(
        models.CharField(max_length=80),
        verbose_name=_("options"),
        default=list,
        blank=True,
        help_text=_("What can be chosen, for a choice."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("contact field")
        verbose_name_plural = _("contact fields")
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="field_name_once_per_tenant")]

    def __str__(self) -> str:
        return self.name
