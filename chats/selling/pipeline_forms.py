"""What a manager writes down of a pipeline and its stages, checked."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.models import Pipeline, Stage, StageKind

COLOUR = re.compile(r"#[0-9a-f]{6}")


class PipelineForm(forms.Form):
    """A name of its own, and whether new opportunities begin here."""

    name = forms.CharField(label=gettext_lazy("name"), max_length=80)
    is_default = forms.BooleanField(label=gettext_lazy("New opportunities begin in this pipeline"), required=False)

    def __init__(self, row: Pipeline | None, *args: Any, tenant_id: UUID | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.tenant_id = row, tenant_id

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        others = Pipeline.objects.filter(tenant=self.tenant_id, name__iexact=name)
        if (others.exclude(pk=self.row.pk) if self.row else others).exists():
            raise forms.ValidationError(_("There is a pipeline of this name already."))
        return name


class StageForm(forms.Form):
    """A stage: what it is called, what it means for the sale, and how likely that ends well."""

    name = forms.CharField(label=gettext_lazy("name"), max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=StageKind.choices)
    probability = forms.IntegerField(label=gettext_lazy("probability (%)"), min_value=0, max_value=100)
    colour = forms.CharField(label=gettext_lazy("colour"), widget=forms.TextInput(attrs={"type": "color"}))

    def clean_colour(self) -> str:
        colour = str(self.cleaned_data["colour"]).lower()
        if not COLOUR.fullmatch(colour):
            raise forms.ValidationError(_("Choose a colour."))
        return colour


class RemovalForm(forms.Form):
    """Another stage of the same pipeline and kind."""

    takes_over = forms.ModelChoiceField(
        Stage.objects.none(), label=gettext_lazy("its opportunities go to"), empty_label=None
    )

    def __init__(self, stage: Stage, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["takes_over"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 told to mypy
        siblings = Stage.objects.filter(pipeline=stage.pipeline_id, kind=stage.kind).exclude(pk=stage.pk)
        field.queryset = siblings.order_by("position")
