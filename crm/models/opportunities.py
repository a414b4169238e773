"""What is being sold: pipelines, their stages, and the opportunities that move through them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .contacts import Contact
from .keys import new_key
from .leads import Lead
from .people import User
from .tenants import Tenant


class Pipeline(models.Model):
    """A way of selling, as an ordered row of stages."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="pipelines")
    name = models.CharField(_("name"), max_length=80)
    is_default = models.BooleanField(_("default"), default=False)

    class Meta:
        verbose_name = _("pipeline")
        verbose_name_plural = _("pipelines")
        ordering = ["-is_default", "name"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="pipeline_name_once_per_tenant"),
            models.UniqueConstraint(
                fields=["tenant"], condition=models.Q(is_default=True), name="one_default_pipeline"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StageKind(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("stage", "Open")
    WON = "WON", _("Won")
    LOST = "LOST", _("Lost")


class Stage(models.Model):
    """A step of a pipeline; `probability` is the chance of winning, in per cent."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="+")
    pipeline = models.ForeignKey(Pipeline, models.CASCADE, verbose_name=_("pipeline"), related_name="stages")
    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"))
    probability = models.PositiveSmallIntegerField(
        _("probability (%)"), default=0, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    colour = models.CharField(_("colour"), max_length=7, default="#64748b")
    kind = models.CharField(_("kind"), max_length=4, choices=StageKind, default=StageKind.OPEN)

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["pipeline", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["pipeline", "position"],
                name="stage_position_once_per_pipeline",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return self.name


class Opportunity(models.Model):
    """A possible sale, in BRL, somewhere in a pipeline."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="opportunities")
    contact = models.ForeignKey(Contact, models.CASCADE, verbose_name=_("contact"), related_name="opportunities")
    lead = models.ForeignKey(
        Lead, models.SET_NULL, verbose_name=_("lead"), related_name="opportunities", null=True, blank=True
    )
    title = models.CharField(_("title"), max_length=160)
    amount = models.DecimalField(_("amount (R$)"), max_digits=14, decimal_places=2, default=0)
    stage = models.ForeignKey(Stage, models.PROTECT, verbose_name=_("stage"), related_name="opportunities")
    owner = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("owner"), related_name="opportunities", null=True, blank=True
    )
    expected_close_on = models.DateField(_("expected close"), null=True, blank=True)
    close_reason = models.CharField(_("won or lost because"), max_length=200, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        indexes = [models.Index(fields=["tenant", "stage", "-updated_at"], name="opportunity_by_stage")]

    def __str__(self) -> str:
        return self.title


class StageChange(models.Model):
    """One move of an opportunity; what conversion reports count."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="+")
    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, verbose_name=_("opportunity"), related_name="stage_changes"
    )
    from_stage = models.ForeignKey(
        Stage, models.PROTECT, verbose_name=_("from"), related_name="+", null=True, blank=True
    )
    to_stage = models.ForeignKey(Stage, models.PROTECT, verbose_name=_("to"), related_name="+")
    changed_by = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("changed by"), related_name="+", null=True, blank=True
    )
    changed_at = models.DateTimeField(_("changed at"), auto_now_add=True)

    class Meta:
        verbose_name = _("stage change")
        verbose_name_plural = _("stage changes")
        ordering = ["-changed_at"]
