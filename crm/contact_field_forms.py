"""A field that a company adds to its contacts, as a manager describes it."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import ContactField, FieldKind, Tenant

if TYPE_CHECKING:
    _FieldForm = forms.ModelForm[ContactField]
else:
    _FieldForm = forms.ModelForm

LONGEST_OPTION, MOST_OPTIONS = 80, 60


class ContactFieldForm(_FieldForm):
    """Its name, its kind (which stays what it was made as) and, for a choice, what can be chosen, a line each."""

    lines = forms.CharField(
        label=gettext_lazy("Options"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line, for a choice."),
    )

    class Meta:
        model = ContactField
        fields: ClassVar = ["name", "kind"]

    def __init__(self, *args: Any, tenant: Tenant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tenant = self.instance.tenant = tenant
        self.initial["lines"] = "\n".join(self.instance.options)
        if not self.instance._state.adding:
            self.fields["kind"].disabled = True
            if self.instance.kind != FieldKind.CHOICE:
                del self.fields["lines"]

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        same = ContactField.objects.filter(tenant=self.tenant, name__iexact=name).exclude(pk=self.instance.pk)
        if same.exists():
            raise forms.ValidationError(_("There is a field of this name already."))
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        options = [" ".join(line.split()) for line in str(data.get("lines", "")).splitlines()]
        self.options = list(dict.fromkeys(option for option in options if option))
        if data.get("kind") != FieldKind.CHOICE:
            self.options = []
        elif not self.options:
            self.add_error("lines", _("Write at least one option."))
        elif len(self.options) > MOST_OPTIONS or any(len(option) > LONGEST_OPTION for option in self.options):
            self.add_error("lines", _("At most 60 options, each of at most 80 characters."))
        return data

    def described(self) -> ContactField:
        """The field as it was described, not stored yet."""
        self.instance.options = self.options
        return self.instance
