"""What an agent says of a lead, checked."""

from django import forms
from django.utils.translation import gettext_lazy

from crm.models import Lead, LeadStatus

# Where a lead goes by a choice from a list; converted and lost ask for more.
MOVES = [LeadStatus.NEW, LeadStatus.CONTACTED, LeadStatus.QUALIFIED]


class LeadStatusForm(forms.Form):
    status = forms.TypedChoiceField(choices=[(each.value, each.label) for each in MOVES], coerce=LeadStatus)


class LossForm(forms.Form):
    """Why a lead is lost."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=Lead._meta.get_field("lost_reason").max_length,
        error_messages={"required": gettext_lazy("Say why, in a few words.")},
    )
