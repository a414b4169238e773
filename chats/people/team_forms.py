"""Whom a chat goes to, and who follows it, checked."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.models import Presence, Team, User

MAX_NOTE_LENGTH = 1000


class TransferForm(forms.Form):
    """`to` is "user:<id>" or "team:<id>", one of those offered."""

    to = forms.CharField(error_messages={"required": gettext_lazy("Choose a person or a team.")})
    note = forms.CharField(max_length=MAX_NOTE_LENGTH, required=False, strip=True)

    def __init__(self, *args: Any, people: QuerySet[User], teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered: dict[str, QuerySet[User] | QuerySet[Team]] = {"user": people, "team": teams}

    def clean_to(self) -> User | Team:
        kind, _colon, key = str(self.cleaned_data["to"]).partition(":")
        rows, pk = self.offered.get(kind), _uuid(key)
        found = rows.filter(pk=pk).first() if rows is not None and pk else None
        if found is None:
            raise forms.ValidationError(_("This person or team is not there any more. Choose another."))
        return found


class WatchingForm(forms.Form):
    """Follow, or not any longer; `who` is a colleague whom a manager asks to, else oneself."""

    watch = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    who = forms.UUIDField(required=False)


class PresenceForm(forms.Form):
    """What a person chose to be."""

    presence = forms.ChoiceField(choices=Presence.choices)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
