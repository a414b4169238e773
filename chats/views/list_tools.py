"""The tools of the list: its filters, its orders, and the views that people keep."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from chats.lists.listing import CHIPS, TABS, ListFilter
from chats.lists.narrowing import NARROWINGS
from chats.lists.ordering import ORDERS
from chats.models import SavedView
from crm.requests import AgentRequest, agent_required, tenant_of

if TYPE_CHECKING:
    _ViewForm = forms.ModelForm[SavedView]
else:
    _ViewForm = forms.ModelForm


class ViewForm(_ViewForm):
    """A name for what the list shows; for everybody only when a manager says so."""

    class Meta:
        model = SavedView
        fields = ["name", "is_shared"]
        labels = {"name": pgettext_lazy("saved view", "Name"), "is_shared": gettext_lazy("Everybody in the company")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autofocus"] = True
        if not self.instance.user.sees_everything:
            del self.fields["is_shared"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        same = SavedView.objects.filter(user=self.instance.user, name__iexact=name)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("You already have a view of this name."))
        return name


@require_safe
@agent_required
def narrowing(request: AgentRequest) -> HttpResponse:
    """The dialog in which the list is narrowed."""
    filters = ListFilter.read(request.GET, request.user)
    chosen = {each.by.name: each.value for each in filters.narrowed}
    choices = [
        (by, [(row.pk, str(row), row.pk == chosen.get(by.name)) for row in by.options(tenant_of(request.user))])
        for by in NARROWINGS
    ]
    kept = {name: value for name, value in filters.parameters.items() if name not in chosen}
    return render(request, "chats/list/narrowing.html", {"choices": choices, "kept": kept, "filters": filters})


@require_safe
@agent_required
def list_menu(request: AgentRequest) -> HttpResponse:
    """The orders of the list, and the views this person can open."""
    filters = ListFilter.read(request.GET, request.user)
    orders = [(name, order.label, name == filters.sort) for name, order in ORDERS.items()]
    context = {"filters": filters, "orders": orders, "views": _views(request)}
    return render(request, "chats/list/list_menu.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def views(request: AgentRequest) -> HttpResponse:
    """GET: the dialog of a new view. POST: keep what the address of the request shows under a name."""
    filters = ListFilter.read(request.GET, request.user)
    view = SavedView(user=request.user, tenant_id=tenant_of(request.user), query=filters.query)
    form = ViewForm(request.POST or None, instance=view)
    if request.method != "POST" or not form.is_valid():
        return _dialog(request, form, filters)
    form.save()
    return _done()


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def view(request: AgentRequest, view_id: UUID) -> HttpResponse:
    """GET: the dialog of a view of one's own. POST: its new name."""
    found = get_object_or_404(SavedView.objects.select_related("user"), pk=view_id, user=request.user)
    form = ViewForm(request.POST or None, instance=found)
    if request.method != "POST" or not form.is_valid():
        return _dialog(request, form, ListFilter.read(QueryDict(found.query), request.user))
    form.save()
    return _done()


@require_POST
@agent_required
def view_removal(request: AgentRequest, view_id: UUID) -> HttpResponse:
    """A view of one's own is not needed any more."""
    get_object_or_404(SavedView, pk=view_id, user=request.user).delete()
    return _done()


def _views(request: AgentRequest) -> QuerySet[SavedView]:
    """One's own, and those a manager keeps for everybody."""
    return SavedView.objects.filter(Q(user=request.user) | Q(is_shared=True), tenant_id=tenant_of(request.user))


def _dialog(request: AgentRequest, form: ViewForm, filters: ListFilter) -> HttpResponse:
    shown = [TABS[filters.tab], CHIPS[filters.chip], *(each.text for each in filters.narrowed)]
    shown += [f"“{filters.q}”"] if filters.q else []
    context = {
        "form": form,
        "view": form.instance,
        "is_new": form.instance._state.adding,
        "filters": filters,
        "shown": shown,
    }
    return render(request, "chats/list/view.html", context, status=422 if form.errors else 200)


def _done() -> HttpResponse:
    return trigger_client_event(HttpResponse(status=204), "dialog:close")
