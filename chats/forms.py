"""What an agent writes, checked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .actions.send import MAX_TEXT_LENGTH


class LinesField(forms.CharField):
    """Text of several lines: a browser ends each with CR and LF, WhatsApp with LF."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class MessageForm(forms.Form):
    """A text for the customer. `client_id` is the browser's own, so that a repeated request is one message."""

    body = LinesField(
        max_length=MAX_TEXT_LENGTH,
        strip=True,
        error_messages={
            "required": _("Write something first."),
            "max_length": _("WhatsApp takes at most %(limit_value)d characters; this has %(show_value)d."),
        },
    )
    client_id = forms.UUIDField(error_messages={"required": _("Reload the page and try again.")})


class ReadingForm(forms.Form):
    """How far the page has read."""

    seq = forms.IntegerField(min_value=0, max_value=2**63 - 1)
