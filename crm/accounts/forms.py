"""What people fill in to come in."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordMixin
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils.translation import gettext_lazy as _

from crm.models import User


class EmailLoginForm(AuthenticationForm):
    """The e-mail address and the password; the case of the address does not matter."""

    error_messages = {
        "invalid_login": _("The e-mail or the password is wrong."),
        "inactive": _("This account is switched off."),
    }

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().lower()


class ResetForm(forms.Form):
    """To whom the link shall go, if they work here."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


class CodeForm(forms.Form):
    """Six digits of the app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class JoinForm(SetPasswordMixin, forms.Form):  # type: ignore[type-arg]
    """The name and password of somebody who was invited."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("As colleagues and customers know you."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    password1, password2 = SetPasswordMixin.create_password_fields(label1=_("Password"), label2=_("Password again"))

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        self.fields["password1"].help_text = password_validators_help_text_html()

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean(self) -> dict[str, Any]:
        self.validate_passwords("password1", "password2")
        somebody = User(email=self.email, name=self.cleaned_data.get("name", ""))
        self.validate_password_for_user(somebody, "password1")
        return super().clean() or self.cleaned_data
