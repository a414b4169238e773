"""A ready-made answer as people keep it."""

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chats.actions.draft_files import MOST_FILES
from chats.composing.variables import unknown_in
from chats.forms import LinesField
from chats.media import Refused, describe, prepare
from chats.models import QuickReply, QuickReplyFile, ReplyScope
from crm.models import Team, User
from crm.requests import tenant_of

if TYPE_CHECKING:
    _ReplyForm = forms.ModelForm[QuickReply]
else:
    _ReplyForm = forms.ModelForm


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """As many files as one chooses, each checked as one; their descriptions come out, unsaved."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list) else [data]
        return [self._described(super(SeveralFilesField, self).clean(file, initial)) for file in given if file]

    @staticmethod
    def _described(file: "UploadedFile[Any]") -> QuickReplyFile:
        try:
            ready = prepare(file, describe(file, name=file.name or ""), file.name or _("file"), "")
        except Refused as reason:
            raise forms.ValidationError(f"{file.name}: {reason}") from reason
        facts = ready.facts
        new = QuickReplyFile(
            name=ready.name[-255:],
            type=facts.type,
            mime_type=facts.mime_type[:120],
            size_bytes=facts.size_bytes,
            width=facts.width,
            height=facts.height,
            duration_seconds=facts.duration_seconds,
        )
        new.file.save(f"{new.pk}{PurePosixPath(ready.name).suffix}", ready.file, save=False)
        if ready.thumbnail:
            new.thumbnail.save(f"{new.pk}.small.webp", ContentFile(ready.thumbnail), save=False)
        return new


class QuickReplyForm(_ReplyForm):
    """Only managers keep answers for others."""

    body = LinesField(
        label=gettext_lazy("text"),
        max_length=4096,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "data-variables": True}),
    )
    removed = forms.ModelMultipleChoiceField(QuickReplyFile.objects.none(), required=False)
    added = SeveralFilesField(label=gettext_lazy("files"), required=False)

    class Meta:
        model = QuickReply
        fields = ["shortcut", "body", "scope", "team"]

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["shortcut"].widget.attrs |= {"autocomplete": "off", "autocapitalize": "none"}
        self.fields["shortcut"].help_text = _("What is typed after the “/”, in one word.")
        self.fields["team"].queryset = Team.objects.filter(tenant_id=tenant_of(by))  # type: ignore[attr-defined]
        self.fields["team"].empty_label = _("Which team?")  # type: ignore[attr-defined]
        if not self.instance._state.adding:
            self.fields["removed"].queryset = self.instance.files.all()  # type: ignore[attr-defined]
        if not by.sees_everything:
            del self.fields["scope"], self.fields["team"]

    def clean_shortcut(self) -> str:
        return str(self.cleaned_data["shortcut"]).lower()

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not data.get("body") and not data.get("added") and not self._files_left():
            self.add_error("body", _("Write a text, or add a file."))
        if unknown := unknown_in(data.get("body") or ""):
            self.add_error("body", _("Nothing is known of %(names)s.") % {"names": " ".join(unknown)})
        if data.get("scope") == ReplyScope.TEAM and not data.get("team"):
            self.add_error("team", _("Choose the team."))
        if len(data.get("added") or []) + self._files_left() > MOST_FILES:
            self.add_error("added", _("At most %(count)d files at once.") % {"count": MOST_FILES})
        if "shortcut" in data and self._is_taken(data):
            self.add_error("shortcut", _("There is one of this name already."))
        return data

    def _files_left(self) -> int:
        if self.instance._state.adding:
            return 0
        removed = self.cleaned_data.get("removed")
        return self.instance.files.count() - (len(removed) if removed is not None else 0)

    def _is_taken(self, data: dict[str, Any]) -> bool:
        scope = data.get("scope", ReplyScope.PERSONAL)
        among = {
            ReplyScope.PERSONAL: Q(owner=self.by),
            ReplyScope.TEAM: Q(team=data.get("team")),
            ReplyScope.TENANT: Q(),
        }[scope]
        others = QuickReply.objects.filter(among, tenant_id=tenant_of(self.by), scope=scope, shortcut=data["shortcut"])
        return others.exclude(pk=self.instance.pk).exists()

    def result(self) -> QuickReply:
        """The answer as it shall be kept."""
        reply: QuickReply = self.instance
        reply.tenant_id = tenant_of(self.by)
        if not self.by.sees_everything:
            reply.scope = ReplyScope.PERSONAL
        reply.owner = self.by if reply.scope == ReplyScope.PERSONAL else None
        reply.team = reply.team if reply.scope == ReplyScope.TEAM else None
        return reply
