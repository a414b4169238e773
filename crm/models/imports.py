"""Contacts that a spreadsheet brings: what was asked for, how far it has come, and the rows that could not be taken."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from .keys import new_key
from .people import User
from .tenants import Tenant


class ImportState(models.TextChoices):
    """From the upload to the end; CHECKING and RUNNING are a job's, all others wait for a person."""

    DRAFT = "DRAFT", _("Columns to be chosen")
    CHECKING = "CHECKING", _("Checking")
    CHECKED = "CHECKED", _("Checked")
    RUNNING = "RUNNING", _("Importing")
    DONE = "DONE", _("Imported")
    CANCELLED = "CANCELLED", _("Stopped")


AT_WORK = [ImportState.CHECKING, ImportState.RUNNING]


class IfKnown(models.TextChoices):
    """What becomes of a contact that is there already."""

    SKIP = "SKIP", _("Leave it as it is")
    FILL = "FILL", _("Fill in what is empty")
    OVERWRITE = "OVERWRITE", _("Replace it by what the file says")


class ContactImportQuerySet(models.QuerySet["ContactImport"]):
    def visible_to(self, user: User) -> Self:
        """The company's, for those who answer for it: a file of customers is no single agent's."""
        return self.filter(tenant_id=user.tenant_id) if user.tenant_id and user.sees_everything else self.none()

    def at_work(self) -> Self:
        return self.filter(state__in=AT_WORK)


class ContactImport(models.Model):
    """A CSV file of contacts, and what is to become of it.

    `mapping` has a field (a key of `crm.importing.columns`) or "" for each column of the file. `done_count` rows have
    been dealt with; it moves in the transaction that deals with them, so that a job which died goes on where it was.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="+")
    requested_by = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("requested by"), related_name="+", null=True, blank=True
    )
    name = models.CharField(_("file name"), max_length=200)
    file = models.FileField(_("file"), upload_to="imports/%Y/%m/", blank=True)
    encoding = models.CharField(_("encoding"), max_length=12)
    delimiter = models.CharField(_("delimiter"), max_length=1)
    headers = models.JSONField(_("columns"), default=list)
    mapping = models.JSONField(_("mapping"), default=list, blank=True)
    if_known = models.CharField(
        _("contacts that are there already"), max_length=9, choices=IfKnown, default=IfKnown.FILL
    )
    tag_ids = models.JSONField(_("tags to add"), default=list, blank=True)
    creates_leads = models.BooleanField(_("creates leads"), default=False)
    state = models.CharField(_("state"), max_length=9, choices=ImportState, default=ImportState.DRAFT)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    done_count = models.PositiveIntegerField(_("rows dealt with"), default=0)
    new_count = models.PositiveIntegerField(_("new"), default=0)
    updated_count = models.PositiveIntegerField(_("updated"), default=0)
    unchanged_count = models.PositiveIntegerField(_("unchanged"), default=0)
    duplicate_count = models.PositiveIntegerField(_("twice in the file"), default=0)
    invalid_count = models.PositiveIntegerField(_("not valid"), default=0)
    lead_count = models.PositiveIntegerField(_("leads created"), default=0)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = ContactImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of contacts")
        verbose_name_plural = _("imports of contacts")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["tenant", "-created_at", "-id"], name="import_by_time")]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"], condition=models.Q(state="RUNNING"), name="one_contact_import_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def problem_count(self) -> int:
        """Rows that are not taken."""
        return self.duplicate_count + self.invalid_count

    @property
    def percent(self) -> int:
        return int(100 * self.done_count / self.row_count) if self.row_count else 100


class ImportProblem(models.Model):
    """A row that was not taken, as it stood in the file, and why; `line` is its number in the spreadsheet."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    contact_import = models.ForeignKey(
        ContactImport, models.CASCADE, verbose_name=_("import of contacts"), related_name="problems"
    )
    line = models.PositiveIntegerField(_("line"))
    reason = models.TextField(_("reason"))
    cells = models.JSONField(_("cells"), default=list)

    class Meta:
        verbose_name = _("row that was not imported")
        verbose_name_plural = _("rows that were not imported")
        ordering = ["line"]
        constraints = [models.UniqueConstraint(fields=["contact_import", "line"], name="problem_once_per_line")]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"
