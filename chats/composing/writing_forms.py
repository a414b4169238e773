"""What agents type that is no message yet, as the doors accept it."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chats.actions import Seen
from chats.forms import LinesField, text_field

LONGEST_DRAFT = 65_536
SOONEST = timedelta(minutes=-1)
LATEST = timedelta(days=366)


class DraftForm(forms.Form):
    """Words as they stand, blanks at their ends included."""

    text = LinesField(max_length=LONGEST_DRAFT, strip=False, required=False)
    note = forms.BooleanField(required=False)
    quoted = forms.UUIDField(required=False)


class NoteForm(forms.Form):
    body = text_field()
    client_id = forms.UUIDField(error_messages={"required": gettext_lazy("Reload the page and try again.")})


class PageForm(forms.Form):
    """What the page of an author showed when they sent; programs say nothing of it."""

    seen = forms.IntegerField(min_value=0, max_value=2**63 - 1, required=False)
    answer = forms.UUIDField(required=False)
    force = forms.BooleanField(required=False)

    def shown(self) -> Seen | None:
        data = self.cleaned_data
        return None if data["seen"] is None else Seen(data["seen"], data["answer"])


class ScheduleForm(forms.Form):
    """A text, and when it leaves: by the company's clock, to the minute."""

    body = text_field()
    send_at = forms.DateTimeField(
        label=gettext_lazy("Day and time"),
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "60"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": gettext_lazy("Say when."),
            "invalid": gettext_lazy("That is no time."),
        },
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        body = self.fields["body"]
        body.label = _("Message")
        body.widget = forms.Textarea(attrs={"rows": 4, "autofocus": True, "data-from-composer": True})

    def clean_send_at(self) -> datetime:
        send_at: datetime = self.cleaned_data["send_at"]
        if not SOONEST < send_at - timezone.now() < LATEST:
            raise forms.ValidationError(_("Choose a time between now and a year from now."))
        return send_at
