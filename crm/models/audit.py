"""Who did what, for those who must answer for it."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from .keys import new_key
from .people import User
from .tenants import Tenant


class AuditAct(models.TextChoices):
    """Every act that is kept. The column takes any word, so that an act may be renamed without losing its past."""

    SIGNED_IN = "person.signed_in", _("Signed in")
    SIGNED_OUT = "person.signed_out", _("Signed out")
    SIGN_IN_FAILED = "person.sign_in_failed", _("Failed to sign in")
    PASSWORD_CHANGED = "person.password_changed", _("Changed a password")
    SECOND_FACTOR_CHANGED = "person.second_factor_changed", _("Changed the second factor")
    SESSIONS_ENDED = "person.sessions_ended", _("Ended sessions")
    PERSON_INVITED = "person.invited", _("Invited a person")
    PERSON_CHANGED = "person.changed", _("Changed a person")
    TEAM_CREATED = "team.created", _("Created a team")
    TEAM_CHANGED = "team.changed", _("Changed a team")
    TEAM_REMOVED = "team.removed", _("Removed a team")
    COMPANY_CHANGED = "company.changed", _("Changed the company's rules")
    CONTACT_CREATED = "contact.created", _("Created a contact")
    CONTACT_CHANGED = "contact.changed", _("Changed a contact")
    CONTACT_REMOVED = "contact.removed", _("Removed a contact")
    CONTACT_MERGED = "contact.merged", _("Merged contacts")
    CONTACT_UNMERGED = "contact.unmerged", _("Undid a merge of contacts")
    CONTACT_EXPORTED = "contact.exported", _("Exported a contact's data")
    CONTACT_ANONYMISED = "contact.anonymised", _("Anonymised a contact")
    CONTACTS_IMPORTED = "contact.imported", _("Imported contacts")
    LEAD_CREATED = "lead.created", _("Created a lead")
    LEAD_CHANGED = "lead.changed", _("Changed a lead")
    DEAL_CREATED = "opportunity.created", _("Created an opportunity")
    DEAL_CHANGED = "opportunity.changed", _("Changed an opportunity")
    DEAL_MOVED = "opportunity.moved", _("Moved an opportunity")
    DEAL_WON = "opportunity.won", _("Won an opportunity")
    DEAL_LOST = "opportunity.lost", _("Lost an opportunity")
    DEAL_REMOVED = "opportunity.removed", _("Removed an opportunity")
    PIPELINE_CHANGED = "pipeline.changed", _("Changed a pipeline")
    ACTIVITY_CHANGED = "activity.changed", _("Changed an activity")
    ACTIVITY_REMOVED = "activity.removed", _("Removed an activity")
    CHAT_ASSIGNED = "chat.assigned", _("Assigned a chat")
    CHAT_TRANSFERRED = "chat.transferred", _("Transferred a chat")
    CHAT_STATUS = "chat.status_changed", _("Changed a chat's status")
    CHAT_UNDONE = "chat.undone", _("Took back a change of a chat")
    CHATS_IN_BULK = "chat.changed_in_bulk", _("Changed chats in bulk")
    NUMBER_CREATED = "number.created", _("Connected a number")
    NUMBER_CHANGED = "number.changed", _("Changed a number")
    NUMBER_STARTED = "number.start", _("Started a number")
    NUMBER_STOPPED = "number.stop", _("Stopped a number")
    NUMBER_RESTARTED = "number.restart", _("Restarted a number")
    NUMBER_LOGGED_OUT = "number.logout", _("Unpaired a number")
    NUMBER_CONFIGURED = "number.configure", _("Configured a number's webhook")
    NUMBER_DELETED = "number.delete", _("Deleted a number in WAHA")
    NUMBER_REMOVED = "number.removed_here", _("Removed a number")
    NUMBER_ADOPTED = "number.adopted", _("Connected a number that WAHA had")
    NUMBER_RESTARTED_BY_ITSELF = "number.restarted_by_itself", _("Restarted a number that was silent")
    NUMBER_IMPORTED = "number.history_imported", _("Imported a number's past")
    NUMBER_IMPORT_CANCELLED = "number.history_import_cancelled", _("Stopped the import of a number's past")
    TOKEN_CREATED = "token.created", _("Created an API token")
    TOKEN_REVOKED = "token.revoked", _("Revoked an API token")
    WEBHOOK_CREATED = "webhook.created", _("Created a webhook")
    WEBHOOK_CHANGED = "webhook.changed", _("Changed a webhook")
    WEBHOOK_REMOVED = "webhook.removed", _("Removed a webhook")
    WEBHOOK_DISABLED = "webhook.disabled", _("Switched a webhook off")
    EXPORTED = "data.exported", _("Exported data")
    PRUNED = "data.pruned", _("Deleted data past its retention")
    ADMIN_CREATED = "admin.created", _("Created in the administration")
    ADMIN_CHANGED = "admin.changed", _("Changed in the administration")
    ADMIN_REMOVED = "admin.removed", _("Removed in the administration")


class AuditQuerySet(models.QuerySet["AuditLog"]):
    def visible_to(self, user: User) -> Self:
        """The company's lines, for those who answer for it; nothing for anybody else."""
        return self.filter(tenant_id=user.tenant_id) if user.tenant_id and user.sees_everything else self.none()

    def between(self, start: datetime | None, end: datetime | None) -> Self:
        """From `start` on and before `end`; None is open."""
        rows = self.filter(created_at__gte=start) if start else self
        return rows.filter(created_at__lt=end) if end else rows


class AuditLog(models.Model):
    """One act: by whom (nobody: the program by itself), on what, with what it changed before and after.

    `object_name` is what the thing was called then, for when it is gone. Secrets are never in `before` or `after`.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(
        Tenant, models.CASCADE, verbose_name=_("company"), related_name="+", null=True, db_index=False
    )
    user = models.ForeignKey(User, models.SET_NULL, verbose_name=_("user"), related_name="+", null=True, blank=True)
    action = models.CharField(_("action"), max_length=60)
    object_type = models.CharField(_("type"), max_length=60)
    object_id = models.UUIDField(_("object"), null=True, blank=True)
    object_name = models.CharField(_("name"), max_length=160, blank=True)
    before = models.JSONField(_("before"), default=dict, blank=True)
    after = models.JSONField(_("after"), default=dict, blank=True)
    ip = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    request_id = models.CharField(
        _("request"), max_length=64, blank=True, help_text=_("As in the log; of a job, its number.")
    )
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit line")
        verbose_name_plural = _("audit log")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["tenant", "-created_at", "-id"], name="audit_by_time"),
            models.Index(fields=["tenant", "user", "-created_at", "-id"], name="audit_by_person"),
            models.Index(fields=["tenant", "action", "-created_at", "-id"], name="audit_by_action"),
            models.Index(fields=["object_id", "-created_at"], name="audit_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_name or self.object_type}"
