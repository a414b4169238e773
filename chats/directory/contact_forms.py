"""What somebody writes down of a new contact, checked."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chats.actions.contacts import find_by_phone
from crm.identity import parse_phone
from crm.models import Contact, Tag, User
from crm.requests import tenant_of

if TYPE_CHECKING:
    _ContactForm = forms.ModelForm[Contact]
else:
    _ContactForm = forms.ModelForm


class NewContactForm(_ContactForm):
    """A person nobody knew. `known` is the contact that has the phone already, when the asker may see it."""

    phone = forms.CharField(
        label=gettext_lazy("phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "placeholder": "(11) 98888-7777", "autocomplete": "off"}),
    )
    tags = forms.ModelMultipleChoiceField(
        Tag.objects.none(), label=gettext_lazy("tags"), required=False, widget=forms.CheckboxSelectMultiple
    )
    as_lead = forms.BooleanField(label=gettext_lazy("Create a lead as well"), required=False)

    class Meta:
        model = Contact
        fields: ClassVar = ["name", "phone", "email", "company", "notes"]
        widgets: ClassVar = {
            "name": forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
            "notes": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, by: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.known: Contact | None = None
        tags = self.fields["tags"]
        assert isinstance(tags, forms.ModelMultipleChoiceField)  # noqa: S101 told to mypy
        tags.queryset = Tag.objects.filter(tenant=by.tenant_id)

    def clean_phone(self) -> str:
        typed = str(self.cleaned_data["phone"]).strip()
        phone = parse_phone(typed) if typed else ""
        if phone is None:
            raise forms.ValidationError(_("This is no valid phone: write it with the area code."))
        return phone

    def clean(self) -> None:
        super().clean()
        told = self.cleaned_data
        if not self.errors and not any(told.get(name) for name in ("name", "phone", "email")):
            raise forms.ValidationError(_("Write at least a name, a phone or an e-mail."))
        if told.get("phone") and (known := find_by_phone(tenant_of(self.by), told["phone"])):
            self.refuse_known(known)

    def refuse_known(self, known: Contact) -> None:
        """The phone is somebody's: say whose, to those who may know."""
        self.known = Contact.objects.visible_to(self.by).filter(pk=known.pk).first()
        self.add_error("phone", _("There is a contact with this phone already."))
