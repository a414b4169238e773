"""What is being sold: pipelines, their stages, and the opportunities that move through them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self
from uuid import UUID

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, ExpressionWrapper, F, Sum
from django.db.models.functions import Round
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# The module, not what is in it: the rule asks for our tables by name, and may be read while it is being read itself.
from crm import visibility
from crm.search import prefix_query, words_in

from .contacts import Contact
from .keys import new_key
from .leads import Lead
from .people import User
from .tenants import Tenant

MOST_REASONS = 6


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


@dataclass(frozen=True)
class Totals:
    """How many sales, what they are worth and what may be expected of them, in BRL."""

    count: int
    amount: Decimal
    forecast: Decimal


class OpportunityQuerySet(models.QuerySet["Opportunity"]):
    def visible_to(self, user: User) -> Self:
        """The opportunities this person may see; every look-up on behalf of a person starts here.

        Where the company lets everybody see every chat, that is all of them. Where it does not (`team`, `own`), it is
        their own, under `team` those of their teams' members too, those of customers whose chat they may see, and
        those that nobody owns of customers without a chat.
        """
        return self.filter(visibility.Scope.of(user).records("owner"))

    def matching(self, typed: str, tenant_id: UUID | None) -> Self:
        """Of a company, those whose title or customer has each typed word as the beginning of one; all when blank."""
        query = prefix_query(typed)
        if query is None:
            return self.none() if typed.strip() else self
        company = Opportunity.objects.filter(tenant=tenant_id)
        titled = company.alias(_words=words_in("title")).filter(_words=query)
        named = company.filter(contact__in=Contact.objects.filter(tenant=tenant_id).matching(typed).values("pk"))
        # Two indexes, one after the other: an "or" would read every row.
        return self.filter(pk__in=titled.values("pk").union(named.values("pk")))

    def open(self) -> Self:
        """Neither won nor lost."""
        return self.filter(stage__kind=StageKind.OPEN)

    def under_way_first(self) -> Self:
        """Open ones before closed ones, each the latest touched first."""
        return self.order_by(F("closed_at").desc(nulls_first=True), "-updated_at", "-id")

    def with_forecast(self) -> Self:
        """Each with its `forecast`: the amount times the chance of its stage, to the cent."""
        money = models.DecimalField(max_digits=14, decimal_places=2)
        chance = ExpressionWrapper(F("amount") * F("stage__probability") / Decimal(100), money)
        return self.annotate(forecast=Round(chance, precision=2, output_field=money))

    def totals(self) -> Totals:
        """Of all of these together; the forecast is the sum of what `with_forecast` shows one by one."""
        sums = self.with_forecast().aggregate(
            many=Count("pk"), worth=Sum("amount", default=Decimal(0)), expected=Sum("forecast", default=Decimal(0))
        )
        return Totals(sums["many"], sums["worth"], sums["expected"])

    def totals_by_stage(self) -> dict[UUID, Totals]:
        """The same for each stage that has any, in one query."""
        rows = self.with_forecast().order_by().values("stage")
        sums = rows.annotate(many=Count("*"), worth=Sum("amount"), expected=Sum("forecast"))
        return {row["stage"]: Totals(row["many"], row["worth"], row["expected"]) for row in sums}

    def usual_reasons(self, kind: StageKind) -> list[str]:
        """Why these were won or lost, the most frequent reason first."""
        told = self.filter(stage__kind=kind).exclude(close_reason="").values("close_reason")
        counted = told.annotate(times=Count("pk")).order_by("-times", "close_reason")
        return list(counted.values_list("close_reason", flat=True)[:MOST_REASONS])


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
    stage_since = models.DateTimeField(
        _("in its stage since"), default=timezone.now, help_text=_("When it came to the stage where it is.")
    )
    close_reason = models.CharField(_("won or lost because"), max_length=200, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    # Given by `with_forecast`.
    forecast: Decimal

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        indexes = [
            models.Index(fields=["tenant", "stage", "-updated_at"], name="opportunity_by_stage"),
            # A column of the funnel.
            models.Index(fields=["stage", "-stage_since", "-id"], name="opportunity_column"),
            # What the columns of a board are worth, and for whom, from the index alone.
            models.Index(
                fields=["stage", "closed_at"], include=["amount", "tenant", "owner", "contact"], name="opportunity_sums"
            ),
            GinIndex(words_in("title"), name="opportunity_words"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.stage.kind == StageKind.OPEN

    @property
    def is_overdue(self) -> bool:
        """Still open after the day on which it was expected to close, in the active time zone."""
        day = self.expected_close_on
        return day is not None and self.closed_at is None and day < timezone.localdate()


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
        ordering = ["-changed_at", "-id"]
