"""A sale ends: how, and why."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chats.models import Outcome
from crm.models import Opportunity, Stage, StageKind

REASON_LENGTH = Opportunity._meta.get_field("close_reason").max_length
MOST_REASONS = 6
# Until a company has reasons of its own.
COMMON = {
    Outcome.WON: (
        gettext_lazy("Good price"),
        gettext_lazy("Fast delivery"),
        gettext_lazy("Good service"),
        gettext_lazy("Recommended by somebody"),
    ),
    Outcome.LOST: (
        gettext_lazy("Price above the budget"),
        gettext_lazy("Bought from a competitor"),
        gettext_lazy("Delivery takes too long"),
        gettext_lazy("Lost interest"),
        gettext_lazy("Stopped answering"),
    ),
}


class ClosingForm(forms.Form):
    """Won or lost, and why: an opportunity of this customer, and with `resolves` the conversation too."""

    outcome = forms.ChoiceField(choices=[(each.value, each.label) for each in (Outcome.WON, Outcome.LOST)])
    reason = forms.CharField(label=gettext_lazy("reason"), max_length=REASON_LENGTH, required=False)
    resolves = forms.BooleanField(label=gettext_lazy("Resolve the conversation too"), required=False)

    def clean(self) -> None:
        if self.cleaned_data.get("outcome") == Outcome.LOST and not self.cleaned_data.get("reason"):
            self.add_error("reason", _("Say why it was lost: next time you will know better."))


def reasons_for(tenant_id: UUID, outcome: str) -> list[str]:
    """The company's usual reasons, the most frequent first; then common ones, as many as there is room for."""
    if outcome not in COMMON:
        return []
    usual = Opportunity.objects.filter(tenant=tenant_id).usual_reasons(StageKind(outcome))
    return list(dict.fromkeys([*usual, *map(str, COMMON[Outcome(outcome)])]))[:MOST_REASONS]


def closing_stage(deal: Opportunity, outcome: Outcome) -> Stage | None:
    """The won or lost stage of its pipeline; None when it stands in one already, or there is none."""
    if deal.stage.kind == outcome:
        return None
    return Stage.objects.filter(pipeline=deal.stage.pipeline_id, kind=outcome.value).order_by("position").first()
