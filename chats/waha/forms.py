"""What people type about a number. Its API key goes in and never comes out."""

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from crm.identity import parse_phone
from crm.models import Tenant

from .importing import MOST_DAYS
from .models import WhatsAppSession

if TYPE_CHECKING:
    _NumberForm = forms.ModelForm[WhatsAppSession]
else:
    _NumberForm = forms.ModelForm

# What WAHA takes for a session's name.
SESSION_NAME = re.compile(r"[A-Za-z0-9_-]{1,54}")


class NumberForm(_NumberForm):
    """A number that exists already. Left empty, the stored key stays."""

    base_url = forms.CharField(
        label=_("WAHA address"),
        max_length=200,
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false", "placeholder": "http://waha:3000"}
        ),
    )
    api_key = forms.CharField(
        label=_("API key"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Empty keeps the present one. It is never shown."),
    )

    class Meta:
        model = WhatsAppSession
        fields = ["name", "default_team", "messages_per_minute", "base_url", "api_key"]

    def __init__(self, *args: Any, tenant: Tenant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tenant = self.instance.tenant = tenant
        self.fields["default_team"].queryset = tenant.teams.all()  # type: ignore[attr-defined] # a model choice
        self.fields["default_team"].empty_label = _("None")  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if self._others().filter(tenant=self.tenant, name__iexact=name).exists():
            raise forms.ValidationError(_("The company has a number of this name already."))
        return name

    def clean_base_url(self) -> str:
        """The model checks the rest."""
        address = str(self.cleaned_data["base_url"]).rstrip("/")
        # WAHA often runs beside us, without TLS.
        return address if "://" in address else f"http://{address}"

    def clean_api_key(self) -> str:
        return str(self.cleaned_data["api_key"]).strip() or self.instance.api_key

    def _others(self) -> Any:
        return WhatsAppSession.objects.exclude(pk=self.instance.pk)

    def _check_session_is_free(self, data: dict[str, Any], waha_name: str) -> None:
        if self._others().filter(base_url__iexact=data.get("base_url", ""), waha_name=waha_name).exists():
            self.add_error("base_url", _("Another number uses this session of this WAHA."))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._check_session_is_free(data, self.instance.waha_name)
        return data


class NewNumberForm(NumberForm):
    """A number to be made; the session's name follows from the number's unless it is told."""

    waha_name = forms.CharField(
        label=_("Session name in WAHA"),
        max_length=54,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_("Empty: made from the name. WAHA before 2026.6.1 knows only “default”."),
    )

    class Meta(NumberForm.Meta):
        fields = ["name", "default_team", "base_url", "api_key", "waha_name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["api_key"].required = True
        self.fields["api_key"].help_text = _("The one of WAHA_API_KEY. It is kept, and never shown again.")

    def clean_waha_name(self) -> str:
        name = str(self.cleaned_data["waha_name"]).strip()
        if name and not SESSION_NAME.fullmatch(name):
            raise forms.ValidationError(_("Only letters without accents, digits, “-” and “_”, at most 54."))
        return name

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not data.get("waha_name"):
            data["waha_name"] = slugify(data.get("name", ""))[:54] or "default"
        self._check_session_is_free(data, data["waha_name"])
        return data


class PairingForm(forms.Form):
    """The phone that is to be linked by a code."""

    phone = forms.CharField(max_length=30)

    def clean_phone(self) -> str:
        digits = parse_phone(str(self.cleaned_data["phone"]))
        if digits is None:
            raise forms.ValidationError(_("That is no complete phone number. Include the area code: 11 91234-5678."))
        return digits


class ImportForm(forms.Form):
    """How many days of a number's past are wanted."""

    days = forms.IntegerField(
        label=_("Days"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=30,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class RemovalForm(forms.Form):
    """To remove a number for good, its name is typed."""

    name = forms.CharField(max_length=60)

    def __init__(self, session: WhatsAppSession, *args: Any) -> None:
        super().__init__(*args)
        self.session = session

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if name.strip().casefold() != self.session.name.strip().casefold():
            raise forms.ValidationError(_("That is not the number's name."))
        return name
