"""What an agent writes, checked."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.identity import parse_phone

from .actions import Drafted, Outgoing, Upload
from .actions.draft_files import MOST_FILES
from .actions.outgoing import CAPTIONLESS, MEANT, kind_of
from .actions.send import MAX_TEXT_LENGTH
from .media import Facts, Refused, describe
from .places import read_place

MAX_CAPTION_LENGTH = 1024
MOST_CARDS = 10
FEWEST_OPTIONS, MOST_OPTIONS = 2, 12
MAX_OPTION_LENGTH, MAX_QUESTION_LENGTH = 100, 255


class LinesField(forms.CharField):
    """Text of several lines: a browser ends each with CR and LF, WhatsApp with LF."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


@dataclass(frozen=True)
class Wanted:
    """A message as a page sent it. `client_id` is the browser's own: a repeated request is one message."""

    outgoing: Outgoing | Drafted
    client_id: UUID
    quoted: UUID | None


class SendForm(forms.Form):
    """What every message has; its children say what it is."""

    client_id = forms.UUIDField(error_messages={"required": gettext_lazy("Reload the page and try again.")})
    quoted = forms.UUIDField(required=False)

    def outgoing(self) -> Outgoing | Drafted:
        raise NotImplementedError

    def wanted(self) -> Wanted:
        return Wanted(self.outgoing(), self.cleaned_data["client_id"], self.cleaned_data["quoted"])


def text_field() -> LinesField:
    return LinesField(
        max_length=MAX_TEXT_LENGTH,
        strip=True,
        error_messages={
            "required": gettext_lazy("Write something first."),
            "max_length": gettext_lazy("WhatsApp takes at most %(limit_value)d characters; this has %(show_value)d."),
        },
    )


class TextForm(SendForm):
    body = text_field()

    def outgoing(self) -> Outgoing:
        return Outgoing.text(self.cleaned_data["body"])


def caption_field() -> LinesField:
    return LinesField(max_length=MAX_CAPTION_LENGTH, strip=True, required=False)


def meant_field() -> forms.ChoiceField:
    return forms.ChoiceField(choices=[(name, name) for name in MEANT], required=False)


class UploadForm(forms.Form):
    """A file, examined. `meant` is what its content cannot tell: a voice note, a sticker, "send it as a document"."""

    file = forms.FileField(allow_empty_file=True)
    meant = meant_field()
    position = forms.IntegerField(min_value=0, max_value=10_000, required=False)
    key = forms.CharField(max_length=40, required=False)

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        try:
            self.facts: Facts = describe(file, name=file.name or "")
        except Refused as reason:
            raise forms.ValidationError(str(reason)) from reason
        return file


class FileForm(UploadForm, SendForm):
    """A file that goes out at once."""

    caption = caption_field()

    def clean_file(self) -> "UploadedFile[Any]":
        try:
            return super().clean_file()
        except forms.ValidationError as error:
            raise forms.ValidationError(f"{self.cleaned_data['file'].name}: {error.message}") from error

    def outgoing(self) -> Outgoing:
        file, facts = self.cleaned_data["file"], self.facts
        kind = kind_of(facts.type, self.cleaned_data["meant"])
        upload = Upload(
            file,
            file.name or _("file"),
            facts.mime_type,
            facts.size_bytes,
            facts.width,
            facts.height,
            facts.duration_seconds,
        )
        return Outgoing.of_file(kind, upload, "" if kind in CAPTIONLESS else self.cleaned_data["caption"])


class DraftedForm(SendForm):
    """A file that waits in the author's draft."""

    draft_file = forms.UUIDField()
    caption = caption_field()

    def outgoing(self) -> Drafted:
        return Drafted(self.cleaned_data["draft_file"], self.cleaned_data["caption"])


class DraftFileForm(forms.Form):
    """What a person changes about a file of their draft; what is absent stays."""

    caption = caption_field()
    meant = meant_field()

    def changes(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if self.add_prefix(name) in self.data}


class PlaceForm(SendForm):
    latitude = forms.FloatField(min_value=-90, max_value=90)
    longitude = forms.FloatField(min_value=-180, max_value=180)
    place_name = forms.CharField(max_length=160, strip=True, required=False)

    def outgoing(self) -> Outgoing:
        data = self.cleaned_data
        return Outgoing.place(data["latitude"], data["longitude"], data["place_name"])


class PastedPlaceForm(SendForm):
    """A place as a person pastes it: a link of a map, or "latitude, longitude"."""

    place = forms.CharField(
        max_length=2000, error_messages={"required": gettext_lazy("Paste the link of a map, or use your location.")}
    )
    place_name = forms.CharField(max_length=160, strip=True, required=False)

    def clean_place(self) -> tuple[float, float]:
        found = read_place(self.cleaned_data["place"])
        if found is None:
            raise forms.ValidationError(
                _("No place was found in this. Paste the full link of Google Maps, or latitude, longitude.")
            )
        return found

    def outgoing(self) -> Outgoing:
        latitude, longitude = self.cleaned_data["place"]
        return Outgoing.place(latitude, longitude, self.cleaned_data["place_name"])


class CardsForm(SendForm):
    """Contact cards: as many `contact_phone` as `contact_name`."""

    def clean(self) -> None:
        assert isinstance(self.data, QueryDict)  # noqa: S101 told to mypy
        names, phones = self.data.getlist("contact_name"), self.data.getlist("contact_phone")
        if not 0 < len(names) == len(phones) <= MOST_CARDS:
            raise forms.ValidationError(_("Choose a contact to send."))
        self.cards = [self._card(name, phone) for name, phone in zip(names, phones, strict=True)]

    @staticmethod
    def _card(name: str, typed: str) -> dict[str, str]:
        phone, name = parse_phone(typed), " ".join(name.replace("\x00", "").split())[:160]
        if phone is None or not name:
            raise forms.ValidationError(_("A contact card needs a name and a phone."))
        return {"name": name, "phone": phone}

    def outgoing(self) -> Outgoing:
        return Outgoing.cards(self.cards)


class PollForm(SendForm):
    poll_name = forms.CharField(
        max_length=MAX_QUESTION_LENGTH, error_messages={"required": gettext_lazy("A poll needs a question.")}
    )
    poll_multiple = forms.BooleanField(required=False)

    def clean(self) -> None:
        assert isinstance(self.data, QueryDict)  # noqa: S101 told to mypy
        typed = [" ".join(option.replace("\x00", "").split()) for option in self.data.getlist("poll_options")]
        self.options = [option for option in typed if option]
        if not FEWEST_OPTIONS <= len(self.options) <= MOST_OPTIONS or len(set(self.options)) < len(self.options):
            raise forms.ValidationError(_("A poll needs two to twelve different options."))
        if max(map(len, self.options)) > MAX_OPTION_LENGTH:
            raise forms.ValidationError(_("An option of a poll has at most 100 characters."))

    def outgoing(self) -> Outgoing:
        data = self.cleaned_data
        return Outgoing.poll(data["poll_name"], self.options, multiple=data["poll_multiple"])


def read_messages(data: QueryDict, files: "MultiValueDict[str, UploadedFile[Any]]") -> tuple[list[Wanted], list[str]]:
    """What a page wants to send, and what is wrong with it: one or the other. Either all files go, or none."""
    if max(len(files.getlist("files")), len(data.getlist("draft_file"))) > MOST_FILES:
        return [], [_("At most %(count)d files at once.") % {"count": MOST_FILES}]
    filled = _forms(data, files)
    errors = [str(error) for form in filled if not form.is_valid() for each in form.errors.values() for error in each]
    return ([] if errors else [form.wanted() for form in filled]), errors


def _forms(data: QueryDict, files: "MultiValueDict[str, UploadedFile[Any]]") -> list[SendForm]:
    """The kind of message is told by what was filled in."""
    if drafted := data.getlist("draft_file"):
        return _drafted_forms(data, drafted)
    if uploads := files.getlist("files"):
        return [_file_form(data, number, file) for number, file in enumerate(uploads)]
    if "latitude" in data:
        return [PlaceForm(data)]
    if "place" in data:
        return [PastedPlaceForm(data)]
    if "contact_name" in data:
        return [CardsForm(data)]
    if "poll_name" in data:
        return [PollForm(data)]
    return [TextForm(data)]


def _file_form(data: QueryDict, number: int, file: "UploadedFile[Any]") -> FileForm:
    """`client_id`, `caption` and `meant` come once for each file, in the same order; the quote is the first one's."""
    about = {name: _nth(data, name, number) for name in ("client_id", "caption", "meant")}
    return FileForm(about | {"quoted": data.get("quoted", "") if number == 0 else ""}, MultiValueDict({"file": [file]}))


def _drafted_forms(data: QueryDict, file_ids: list[str]) -> list[SendForm]:
    """`client_id` comes once for each message, `caption` once for each file; the quote is the first message's.

    Words in `body` are a message of their own, before the files: the page puts them into `caption` where they are one.
    """
    quoted, words = data.get("quoted", ""), data.get("body", "").strip()
    texts: list[SendForm] = []
    if words:
        texts = [TextForm({"client_id": _nth(data, "client_id", 0), "quoted": quoted, "body": words})]
    drafted: list[SendForm] = [
        DraftedForm(
            {
                "client_id": _nth(data, "client_id", len(texts) + number),
                "draft_file": file_id,
                "caption": _nth(data, "caption", number),
                "quoted": "" if texts or number else quoted,
            }
        )
        for number, file_id in enumerate(file_ids)
    ]
    return texts + drafted


def _nth(data: QueryDict, name: str, number: int) -> str:
    values = data.getlist(name)
    return values[number] if number < len(values) else ""


class EditForm(forms.Form):
    """New words for a text that is out."""

    body = text_field()


class ReactionForm(forms.Form):
    """Our emoji on a message; blank takes it back."""

    emoji = forms.CharField(max_length=32, required=False)


class ReadingForm(forms.Form):
    """How far the page has read."""

    seq = forms.IntegerField(min_value=0, max_value=2**63 - 1)
