"""What somebody writes down of a lead, checked."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.identity import parse_phone
from crm.models import Lead, User

REASON_LENGTH = Lead._meta.get_field("lost_reason").max_length


class NewLeadForm(forms.Form):
    """Somebody who may buy: a name, a way to reach them, and who looks after it."""

    name = forms.CharField(
        label=gettext_lazy("name"),
        max_length=160,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("phone"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "placeholder": "(11) 98888-7777", "autocomplete": "off"}),
    )
    email = forms.EmailField(label=gettext_lazy("e-mail"), required=False)
    owner = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("owner"), required=False, empty_label=gettext_lazy("Nobody")
    )

    def __init__(self, by: User, data: Any = None) -> None:
        super().__init__(data, initial={"owner": by})
        owners = self.fields["owner"]
        assert isinstance(owners, forms.ModelChoiceField)  # noqa: S101 told to mypy
        owners.queryset = User.objects.filter(tenant=by.tenant_id, is_active=True).order_by("name")

    def clean_phone(self) -> str:
        phone = parse_phone(str(self.cleaned_data["phone"]))
        if phone is None:
            raise forms.ValidationError(_("This is no valid phone: write it with the area code."))
        return phone


class LossForm(forms.Form):
    """Why leads are lost."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=REASON_LENGTH,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "list": "reasons"}),
        error_messages={"required": gettext_lazy("Say why, in a few words.")},
    )
