"""What agents type that is no message yet, as the doors accept it."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chats.actions import Seen
from chats.forms import LinesField, text_field
from chats.selling.when import MomentField

LONGEST_DRAFT = 65_536


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
    """A text, and when it leaves."""

    body = text_field()
    send_at = MomentField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        body = self.fields["body"]
        body.label = _("Message")
        body.widget = forms.Textarea(attrs={"rows": 4, "autofocus": True, "data-from-composer": True})
