"""What a person sets for themselves."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

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


COLUMNS = (_("Bell"), _("Sound"), _("Pop-up"))
# How long before it is due one wants to hear of an activity.
REMINDERS = [
    (0, _("When it is due")),
    (5, _("5 minutes before")),
    (15, _("15 minutes before")),
    (30, _("30 minutes before")),
    (60, _("1 hour before")),
    (24 * 60, _("1 day before")),
]


class KindsField(forms.MultipleChoiceField):
    """Some kinds of notifications; what is ticked is wanted. The person's row keeps those that are not."""

    def __init__(self, column: str, *, fixed: Collection[NotificationType] = ()) -> None:
        self.column, self.fixed = column, fixed
        choices = [(kind.value, kind.label) for kind in NotificationType if kind not in fixed]
        super().__init__(choices=choices, required=False)

    def wanted_by(self, user: User) -> list[str]:
        return [kind for kind in NotificationType if kind not in getattr(user, self.column)]

    def unwanted(self, wanted: Collection[str]) -> list[str]:
        return [kind.value for kind in NotificationType if kind not in self.fixed and kind not in wanted]


class KindBox(NamedTuple):
    """One cell of the table: `name` and `value` of its box; `is_fixed` when it cannot be unticked."""

    name: str
    value: str
    label: str
    is_ticked: bool
    is_fixed: bool


class KindRow(NamedTuple):
    label: str
    boxes: list[KindBox]


class PreferencesForm(_PreferencesForm):
    """Writing, sounds, and what comes of each kind of notification: a line in the bell, a sound, a pop-up."""

    sound_rules = forms.MultipleChoiceField(
        label=_("Whose messages I want to hear of"), choices=RULES, required=False, widget=forms.CheckboxSelectMultiple
    )
    # Asked the other way round: what is ticked comes.
    kinds = KindsField("muted_kinds", fixed=NEVER_MUTED)
    sounding_kinds = KindsField("silent_kinds")
    popping_kinds = KindsField("still_kinds")
    reminder_minutes = forms.TypedChoiceField(label=_("Remind me of activities"), choices=REMINDERS, coerce=int)

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
            "reminder_minutes",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self._kinds():
            self.initial[name] = field.wanted_by(self.instance)

    @property
    def table(self) -> list[KindRow]:
        """A row for each kind of notification, with what may come of it."""
        ticked = {name: set(self[name].value() or ()) for name, _field in self._kinds()}
        return [
            KindRow(
                str(kind.label),
                [
                    KindBox(
                        name, kind.value, str(label), kind in field.fixed or kind in ticked[name], kind in field.fixed
                    )
                    for (name, field), label in zip(self._kinds(), COLUMNS, strict=True)
                ],
            )
            for kind in NotificationType
        ]

    def save(self, commit: bool = True) -> User:
        for name, field in self._kinds():
            setattr(self.instance, field.column, field.unwanted(self.cleaned_data[name]))
        return super().save(commit)

    def _kinds(self) -> list[tuple[str, KindsField]]:
        return [(name, field) for name, field in self.fields.items() if isinstance(field, KindsField)]
