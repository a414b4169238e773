"""What an administrator says of a webhook."""

from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .hooks.posting import NotAllowed, check_address
from .models import HookEvent, Webhook

if TYPE_CHECKING:
    _WebhookForm = forms.ModelForm[Webhook]
else:
    _WebhookForm = forms.ModelForm

MOST_WEBHOOKS = 20
REASONS = {
    "https": gettext_lazy("The address must begin with https://."),
    "password": gettext_lazy("The address must not hold a user name or a password: the signature says who we are."),
}


class WebhookForm(_WebhookForm):
    """Its name, its address, and the events it is told of."""

    events = forms.MultipleChoiceField(
        label=gettext_lazy("Events"), choices=HookEvent.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Webhook
        fields: ClassVar = ["name", "url", "events"]
        widgets: ClassVar = {"url": forms.URLInput(attrs={"placeholder": "https://"})}

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        try:
            check_address(url)
        except NotAllowed as reason:
            raise forms.ValidationError(REASONS[str(reason)]) from reason
        return url

    def clean(self) -> None:
        super().clean()
        # A loop that makes them would cost every message a job each.
        if self.instance._state.adding and self.instance.tenant.webhooks.count() >= MOST_WEBHOOKS:
            raise forms.ValidationError(_("A company has at most 20 webhooks."))
