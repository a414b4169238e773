"""What a person chooses about a file of contacts."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.importing.columns import targets
from crm.importing.custom import fields_of
from crm.models import ContactImport, IfKnown, Tag


class FileForm(forms.Form):
    """The file itself; whether it can be read, `Sheet.read` says."""

    file = forms.FileField(
        label=gettext_lazy("file"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv", "aria-describedby": "file-help"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
    )


class MappingForm(forms.Form):
    """Which column is what, and what becomes of the rows. `column_0`… are the columns of the file, in order."""

    if_known = forms.ChoiceField(
        label=gettext_lazy("When the contact is there already"), choices=IfKnown, widget=forms.RadioSelect
    )
    tags = forms.ModelMultipleChoiceField(
        Tag.objects.none(), label=gettext_lazy("Tags to add"), required=False, widget=forms.CheckboxSelectMultiple
    )
    creates_leads = forms.BooleanField(
        label=gettext_lazy("Create a lead for everybody who never was one"), required=False
    )

    def __init__(self, order: ContactImport, data: Mapping[str, Any] | None = None) -> None:
        initial = {"if_known": order.if_known, "tags": order.tag_ids, "creates_leads": order.creates_leads}
        super().__init__(data, initial=initial)
        self.order = order
        tags = self.fields["tags"]
        assert isinstance(tags, forms.ModelMultipleChoiceField)  # noqa: S101 told to mypy
        tags.queryset = Tag.objects.filter(tenant=order.tenant_id)
        choices = [("", _("Leave out")), *((each.key, each.label) for each in targets(fields_of(order.tenant_id)))]
        for at, (header, target) in enumerate(zip(order.headers, order.mapping, strict=True)):
            self.fields[f"column_{at}"] = forms.ChoiceField(
                label=header, choices=choices, required=False, initial=target
            )

    @property
    def columns(self) -> list[forms.BoundField]:
        return [self[f"column_{at}"] for at in range(len(self.order.headers))]

    @property
    def mapping(self) -> list[str]:
        return [self.cleaned_data.get(f"column_{at}", "") for at in range(len(self.order.headers))]

    def clean(self) -> None:
        chosen = [target for target in self.mapping if target]
        if twice := {target for target in chosen if chosen.count(target) > 1 and target not in {"tags"}}:
            names = dict(self.fields["column_0"].choices)  # type: ignore[attr-defined] # a choice field
            told = ", ".join(sorted(str(names[target]) for target in twice))
            raise forms.ValidationError(_("Two columns are the same: %(fields)s.") % {"fields": told})
        if not {"id", "phone", "email"} & set(chosen):
            raise forms.ValidationError(_("Say which column is the phone or the e-mail: without them nobody is known."))

    def write(self) -> ContactImport:
        """The order with these choices; not stored yet."""
        order = self.order
        order.mapping = self.mapping
        order.if_known = self.cleaned_data["if_known"]
        order.tag_ids = [str(tag.pk) for tag in self.cleaned_data["tags"]]
        order.creates_leads = self.cleaned_data["creates_leads"]
        return order
