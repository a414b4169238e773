"""A token for another program, as a person asks for it."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from .models import ApiScope, User

FOR_MANAGERS = {ApiScope.ADMIN}
LIVES_DAYS = (30, 90, 365)
NEVER = "never"


def lives() -> list[tuple[str, object]]:
    """For how long a token may hold."""
    days = [(str(count), ngettext_lazy("%d day", "%d days", count) % count) for count in LIVES_DAYS]
    return [*days, (NEVER, _("Until it is revoked"))]


class TokenForm(forms.Form):
    """Its name, what it may be used for, and for how long."""

    name = forms.CharField(label=_("name"), max_length=60, help_text=_("Which program uses it, such as “ERP”."))
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what it may be used for.")},
    )
    life = forms.ChoiceField(label=_("valid for"), choices=lives, initial="90")

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        offered = [scope for scope in ApiScope if user.sees_everything or scope not in FOR_MANAGERS]
        self.fields["scopes"].choices = [(scope.value, scope.label) for scope in offered]  # type: ignore[attr-defined]

    @property
    def expires_at(self) -> datetime | None:
        life = self.cleaned_data["life"]
        return None if life == NEVER else timezone.now() + timedelta(days=int(life))
