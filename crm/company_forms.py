"""How a company works, as its managers set it: its rules of service, and its teams."""

import re
from datetime import time
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Team, Tenant

if TYPE_CHECKING:
    _ServiceForm = forms.ModelForm[Tenant]
    _TeamForm = forms.ModelForm[Team]
else:
    _ServiceForm = _TeamForm = forms.ModelForm

COLOUR = re.compile(r"#[0-9a-f]{6}")
LONGEST_COURTESY = 40
MOST_COURTESIES = 60
MOST_CHATS = 500
LONGEST_SILENCE_MINUTES = 7 * 24 * 60


class ServiceForm(_ServiceForm):
    """The company's rules of service; `opens_0` and `closes_0` are Monday's hours, both empty on a day it is closed."""

    chat_capacity = forms.IntegerField(label=gettext_lazy("Open chats at most"), min_value=1, max_value=MOST_CHATS)
    silence_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes without an answer"), min_value=1, max_value=LONGEST_SILENCE_MINUTES, required=False
    )
    courtesies = forms.CharField(
        label=gettext_lazy("Words of thanks"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Separated by commas. Alone in a message, they do not reopen what is resolved."),
    )

    class Meta:
        model = Tenant
        fields: ClassVar = [
            "distribution",
            "chat_capacity",
            "silence_minutes",
            "returns_when_away",
            "who_may_reply",
            "visibility",
            "read_receipts",
            "waiting_amber_minutes",
            "waiting_red_minutes",
            "reopen_window_hours",
            "auto_create_leads",
            "second_factor",
            "lead_ownership",
            "retention_months",
        ]
        widgets: ClassVar = {
            "distribution": forms.RadioSelect,
            "lead_ownership": forms.RadioSelect,
            "who_may_reply": forms.RadioSelect,
            "visibility": forms.RadioSelect,
            "second_factor": forms.RadioSelect,
            "read_receipts": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["courtesies"] = ", ".join(self.instance.courtesies)
        for day in WEEKDAYS:
            opens, _dash, closes = str(self.instance.business_hours.get(str(day), "")).partition("-")
            for name, value in ((f"opens_{day}", opens), (f"closes_{day}", closes)):
                widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
                self.fields[name] = forms.TimeField(required=False, widget=widget, initial=value)

    def days(self) -> list[dict[str, Any]]:
        """A week, each day with its two fields."""
        return [
            {"name": name, "opens": self[f"opens_{day}"], "closes": self[f"closes_{day}"]}
            for day, name in WEEKDAYS.items()
        ]

    def clean_courtesies(self) -> list[str]:
        words = [" ".join(word.split()) for word in re.split(r"[,\n]", self.cleaned_data["courtesies"])]
        kept = list(dict.fromkeys(word for word in words if word))
        if len(kept) > MOST_COURTESIES or any(len(word) > LONGEST_COURTESY for word in kept):
            raise forms.ValidationError(_("At most 60 words or short phrases, each of at most 40 characters."))
        return kept

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.hours: dict[str, str] = {}
        for day in WEEKDAYS:
            opens, closes = data.get(f"opens_{day}"), data.get(f"closes_{day}")
            if bool(opens) != bool(closes) or (opens and opens == closes):
                self.add_error(f"opens_{day}", _("Tell from when until when, or leave both empty: closed."))
            elif isinstance(opens, time) and isinstance(closes, time):
                self.hours[str(day)] = f"{opens:%H:%M}-{closes:%H:%M}"
        return data

    def save(self, commit: bool = True) -> Tenant:
        self.instance.business_hours = self.hours
        self.instance.courtesies = self.cleaned_data["courtesies"]
        return super().save(commit)


class TeamForm(_TeamForm):
    """A team: its name, its colour and who is in it."""

    class Meta:
        model = Team
        fields: ClassVar = ["name", "colour", "members"]
        widgets: ClassVar = {
            "colour": forms.TextInput(attrs={"type": "color"}),
            "members": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, tenant: Tenant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tenant = self.instance.tenant = tenant
        people = tenant.users.filter(is_active=True).order_by("name")
        self.fields["members"].queryset = people  # type: ignore[attr-defined] # a model choice
        self.fields["members"].required = False

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if self.tenant.teams.exclude(pk=self.instance.pk).filter(name__iexact=name).exists():
            raise forms.ValidationError(_("There is a team of this name already."))
        return name

    def clean_colour(self) -> str:
        colour = str(self.cleaned_data["colour"]).lower()
        if not COLOUR.fullmatch(colour):
            raise forms.ValidationError(_("Choose a colour."))
        return colour


class TeamRemovalForm(forms.Form):
    """Which team gets its chats; none: the queue of all."""

    heir = forms.ModelChoiceField(
        label=gettext_lazy("Its chats go to"),
        queryset=Team.objects.none(),
        required=False,
        empty_label=gettext_lazy("The queue of all"),
    )

    def __init__(self, *args: Any, heirs: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["heir"].queryset = heirs  # type: ignore[attr-defined] # a model choice
