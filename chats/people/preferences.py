"""What a person sets for themselves."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from chats.people.ringing import RULES
from crm.models import User
from notifications.models import NotificationType

if TYPE_CHECKING:
    _PreferencesForm = forms.ModelForm[User]
else:
    _PreferencesForm = forms.ModelForm

# Lines of these kinds come whatever one prefers: somebody relies on them.
NEVER_MUTED = {NotificationType.SESSION_DOWN, NotificationType.SYSTEM}


class PreferencesForm(_PreferencesForm):
    """Writing, sounds and what comes into the bell."""

    sound_rules = forms.MultipleChoiceField(
        label=_("What I want to be told of"), choices=RULES, required=False, widget=forms.CheckboxSelectMultiple
    )
    # Asked the other way round: what is ticked comes.
    kinds = forms.MultipleChoiceField(
        label=_("What comes into the bell"),
        choices=[(kind.value, kind.label) for kind in NotificationType if kind not in NEVER_MUTED],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = User
        fields: ClassVar = [
            "language",
            "enter_sends",
            "signs",
            "sounds",
            "volume",
            "sound_rules",
            "desktop_notifications",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        muted = set(self.instance.muted_kinds)
        self.initial["kinds"] = [kind for kind in NotificationType if kind not in muted]

    def save(self, commit: bool = True) -> User:
        wanted = set(self.cleaned_data["kinds"])
        mutable = [kind.value for kind in NotificationType if kind not in NEVER_MUTED]
        self.instance.muted_kinds = [kind for kind in mutable if kind not in wanted]
        return super().save(commit)
