"""The people a company serves, and the many identifiers one person has."""

from typing import Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

# The module, not what is in it: the rule asks for our tables by name, and may be read while it is being read itself.
from crm import visibility
from crm.search import in_order_of_name, person_words, prefix_query

from .keys import new_key
from .people import User
from .tenants import Tenant

# What a contact is found by; the index below is of this very expression.
WORDS = person_words("name", "company", "email", phone="phone")


class Tag(models.Model):
    """A label; contacts and chats share one vocabulary."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="tags")
    name = models.CharField(_("name"), max_length=40)
    colour = models.CharField(_("colour"), max_length=7, default="#64748b")

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="tag_name_once_per_tenant")]

    def __str__(self) -> str:
        return self.name


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: User) -> Self:
        """The contacts this person may see; every look-up on behalf of a person starts here.

        Where the company lets everybody see every chat, that is all of them. Where it does not (`team`, `own`), it is
        those of whom they may see a chat, an opportunity or a lead, and those whom nobody looks after.
        One that became part of another is seen as that one.
        """
        return self.filter(visibility.Scope.of(user).contacts(), merged_into=None)

    def matching(self, typed: str) -> Self:
        """Whose name, company, e-mail or phone has each typed word as the beginning of one; all when it is blank."""
        query = prefix_query(typed)
        if query is not None:
            # Found first, whatever the order that is asked for: to walk along the names until a page of them matches
            # would work the words of most contacts out anew.
            found = self.alias(_words=WORDS).filter(_words=query).order_by()
            return self.filter(pk__any_of=ArraySubquery(found.values("pk")))
        return self.none() if typed.strip() else self


class Contact(models.Model):
    """A customer. `phone` is E.164 digits, empty while only a LID is known."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="contacts")
    name = models.CharField(_("name"), max_length=160, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    company = models.CharField(_("company name"), max_length=160, blank=True)
    avatar = models.ImageField(_("avatar"), upload_to="avatars/%Y/%m/", blank=True)
    notes = models.TextField(_("notes"), blank=True)
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), related_name="contacts", blank=True)
    custom_fields = models.JSONField(_("custom fields"), default=dict, blank=True, help_text=_("Name to typed value."))
    merged_into = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("merged into"),
        related_name="merged_contacts",
        null=True,
        blank=True,
    )
    provisional = models.BooleanField(
        _("provisional"),
        default=False,
        help_text=_("Made by a message rather than by a person; the first customer message makes a lead."),
    )
    anonymised_at = models.DateTimeField(_("anonymised at"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    # Kept rather than worked out: to put thousands that a search found in order would fold each of their names anew.
    sort_name = models.GeneratedField(
        verbose_name=_("name in order"),
        expression=in_order_of_name("name", "phone"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            models.Index(fields=["tenant", "sort_name", "id"], name="contact_by_name", condition=Q(merged_into=None)),
            models.Index(
                fields=["tenant", "-created_at", "-id"], name="contact_by_time", condition=Q(merged_into=None)
            ),
            models.Index(fields=["tenant", "phone"], name="contact_by_phone"),
            models.Index(fields=["tenant", "email"], name="contact_by_email", condition=~models.Q(email="")),
            models.Index(F("tenant"), Upper("email"), name="contact_by_any_email", condition=~Q(email="")),
            GinIndex(WORDS, name="contact_words"),
        ]

    def __str__(self) -> str:
        return self.name or self.phone or str(self.pk)


class IdentityKind(models.TextChoices):
    PHONE = "PHONE", _("Phone")
    JID = "JID", _("WhatsApp address")
    LID = "LID", _("Hidden WhatsApp id")


class ContactIdentity(models.Model):
    """One way to recognise a contact; what makes two spellings of a number one person.

    `value`: PHONE is canonical E.164 digits, JID is `<digits>@c.us` as WhatsApp writes it
    (perhaps without the ninth digit), LID is `<id>@lid`.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, verbose_name=_("contact"), related_name="identities")
    kind = models.CharField(_("kind"), max_length=5, choices=IdentityKind)
    value = models.CharField(_("value"), max_length=80)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kind", "value"], name="identity_once_per_tenant_and_kind")
        ]

    def __str__(self) -> str:
        return self.value
