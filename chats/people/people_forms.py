"""Who joins the company, as what, and who takes on what somebody leaves behind."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.models import Role, Team, Tenant, User


class _RoleAndTeams(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices, widget=forms.RadioSelect)
    teams = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Teams"), queryset=Team.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, tenant: Tenant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tenant = tenant
        self.fields["teams"].queryset = tenant.teams.all()  # type: ignore[attr-defined] # a model choice


class InvitationForm(_RoleAndTeams):
    """One address, which need not be new to us: whether it is, its owner alone is told."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autofocus": True}),
    )

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        known = self.tenant.users.filter(email=email).first()
        if known and known.is_active:
            raise forms.ValidationError(_("%(name)s works here already."), params={"name": known.name})
        if known:
            raise forms.ValidationError(
                _("%(name)s worked here before: switch the access on again instead."), params={"name": known.name}
            )
        return email


class PersonForm(_RoleAndTeams):
    """Name, role and teams of somebody who works here."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)

    def __init__(self, *args: Any, person: User, is_self: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"name": person.name, "role": person.role, "teams": [team.pk for team in person.teams.all()]}
        # Nobody raises themselves: what is sent all the same is not read.
        self.fields["role"].disabled = is_self

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())


class LeavingForm(forms.Form):
    """Who gets the open chats; nobody: the queue."""

    heir = forms.ModelChoiceField(
        label=gettext_lazy("Open chats go to"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("The queue"),
    )

    def __init__(self, *args: Any, heirs: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["heir"].queryset = heirs  # type: ignore[attr-defined] # a model choice
