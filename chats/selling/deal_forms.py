"""What an agent writes down of a sale and of the next step, checked."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chats.selling.closing import REASON_LENGTH
from chats.selling.when import MomentField
from crm.models import ActivityKind, Contact, Opportunity, Stage, StageKind, User
from crm.moments import DayField
from crm.money import ReaisField

if TYPE_CHECKING:
    _StageField = forms.ModelChoiceField[Stage]
else:
    _StageField = forms.ModelChoiceField

TITLE_LENGTH = Opportunity._meta.get_field("title").max_length
NOTES_LENGTH = 2000


class StageChoice(_StageField):
    """Stages by name; a company with several pipelines sees which is whose."""

    names_pipelines = False

    def label_from_instance(self, obj: Stage) -> str:
        return f"{obj.pipeline.name} · {obj.name}" if self.names_pipelines else obj.name


class DealForm(forms.Form):
    """What an opportunity is called, what it is worth, when it may close and who works on it."""

    title = forms.CharField(
        label=gettext_lazy("title"),
        max_length=TITLE_LENGTH,
        error_messages={"required": gettext_lazy("What is being sold?")},
    )
    amount = ReaisField(label=gettext_lazy("value (R$)"), max_length=24, required=False)
    expected_close_on = DayField(label=gettext_lazy("expected close"), max_length=40, required=False)
    owner = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("owner"), empty_label=gettext_lazy("Nobody"), required=False
    )

    def __init__(self, tenant_id: UUID, *args: Any, deal: Opportunity | None = None, **kwargs: Any) -> None:
        """With a `deal`, what stands in it is what is changed."""
        if deal is not None:
            kwargs["initial"] = _as_written(deal) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        _offer_colleagues(self.fields["owner"], tenant_id)

    @property
    def details(self) -> dict[str, Any]:
        """Of what need not be written, that which the request speaks of."""
        return {name: self.cleaned_data[name] for name in ("expected_close_on", "owner") if name in self.data}


class NewDealForm(DealForm):
    """The same, and where it begins: an open stage of the company's own."""

    stage = StageChoice(Stage.objects.none(), label=gettext_lazy("stage"), empty_label=None)

    def __init__(self, tenant_id: UUID, *args: Any, **kwargs: Any) -> None:
        super().__init__(tenant_id, *args, **kwargs)
        stages = Stage.objects.filter(tenant=tenant_id, kind=StageKind.OPEN).select_related("pipeline")
        field = self.fields["stage"]
        assert isinstance(field, StageChoice)  # noqa: S101 told to mypy
        field.queryset = stages.order_by("-pipeline__is_default", "pipeline__name", "position")
        field.names_pipelines = len({stage.pipeline_id for stage in field.queryset}) > 1


class BoardDealForm(NewDealForm):
    """The same for a contact who is chosen; without a title it is called after them."""

    title = forms.CharField(label=gettext_lazy("title"), max_length=TITLE_LENGTH, required=False)
    contact = forms.ModelChoiceField(
        Contact.objects.none(), error_messages={"required": gettext_lazy("Choose for which customer.")}
    )

    def __init__(self, user: User, tenant_id: UUID, *args: Any, **kwargs: Any) -> None:
        super().__init__(tenant_id, *args, **kwargs)
        field = self.fields["contact"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 told to mypy
        field.queryset = Contact.objects.visible_to(user)

    def clean(self) -> None:
        if (contact := self.cleaned_data.get("contact")) and not self.cleaned_data.get("title"):
            self.cleaned_data["title"] = (_("Sale to %(name)s") % {"name": contact})[:TITLE_LENGTH]


class ActivityForm(forms.Form):
    """Something to do: what, when (a preset, or any minute) and by whom."""

    kind = forms.ChoiceField(choices=ActivityKind.choices, required=False)
    title = forms.CharField(
        label=gettext_lazy("title"),
        max_length=TITLE_LENGTH,
        error_messages={"required": gettext_lazy("What has to be done?")},
    )
    due = MomentField(required=False)
    when = MomentField(label=gettext_lazy("day and time"), required=False)
    assignee = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("for whom"), empty_label=None, required=False
    )
    notes = forms.CharField(
        label=gettext_lazy("notes"), max_length=NOTES_LENGTH, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, tenant_id: UUID, *args: Any, planned: datetime | None = None, **kwargs: Any) -> None:
        """`planned`: the moment that stands, which may stay even when it is over."""
        super().__init__(*args, **kwargs)
        _offer_colleagues(self.fields["assignee"], tenant_id)
        for name in ("due", "when"):
            self.fields[name] = MomentField(label=self.fields[name].label, required=False, allowed=planned)

    def clean_kind(self) -> ActivityKind:
        return ActivityKind(self.cleaned_data["kind"] or ActivityKind.FOLLOW_UP)

    def clean(self) -> None:
        self.due_at: datetime | None = self.cleaned_data.get("due") or self.cleaned_data.get("when")
        if not self.due_at and not {"due", "when"} & self.errors.keys():
            self.add_error("when", _("Choose a day and a time."))


class PostponeForm(forms.Form):
    due = MomentField()


class MoveForm(forms.Form):
    """To another stage of the opportunity's own pipeline."""

    stage = forms.ModelChoiceField(Stage.objects.none())

    def __init__(self, deal: Opportunity, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["stage"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 told to mypy
        field.queryset = Stage.objects.filter(pipeline=deal.stage.pipeline_id)


class ClosingMoveForm(MoveForm):
    """To a stage where it is won or lost, and why; what is lost is lost for a reason."""

    reason = forms.CharField(label=gettext_lazy("reason"), max_length=REASON_LENGTH, required=False)

    @property
    def to_stage(self) -> Stage | None:
        """The stage that is asked for, whatever else is wrong; None when it is none of its pipeline's."""
        self.full_clean()
        stage: Stage | None = self.cleaned_data.get("stage")
        return stage

    def clean(self) -> None:
        stage = self.cleaned_data.get("stage")
        if stage and stage.kind == StageKind.LOST and not self.cleaned_data.get("reason"):
            self.add_error("reason", _("Say why it was lost: next time you will know better."))


class OwnerForm(forms.Form):
    """One of these people, or nobody."""

    owner = forms.ModelChoiceField(User.objects.none(), required=False)

    def __init__(self, people: QuerySet[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 told to mypy
        field.queryset = people


def _as_written(deal: Opportunity) -> dict[str, Any]:
    close = deal.expected_close_on
    return {
        "title": deal.title,
        "amount": number_format(deal.amount, 2, use_l10n=True, force_grouping=True),
        "expected_close_on": close.strftime("%d/%m/%Y") if close else "",
        "owner": deal.owner_id,
    }


def _offer_colleagues(field: forms.Field, tenant_id: UUID) -> None:
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 told to mypy
    field.queryset = User.objects.filter(tenant=tenant_id, is_active=True).order_by("name")
