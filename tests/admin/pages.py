"""Django's admin by its models: their addresses, and whose rows they show."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from crm.admin import CompanyAdmin
from crm.models import Tenant

OURS = ["crm", "chats", "waha", "notifications"]
MODELS = [model for app in OURS for model in apps.get_app_config(app).get_models()]
PAGES = [pytest.param(model, id=model._meta.label_lower) for model in MODELS]


def address_of(model: Any, name: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def admin_of(model: Any) -> CompanyAdmin[Any]:
    page = admin.site.get_model_admin(model)
    assert isinstance(page, CompanyAdmin), f"{model.__name__} is not bounded by company"
    return page


def rows_of(model: Any, slug: str) -> Any:
    tenant = Tenant.objects.get(slug=slug)
    return model._default_manager.filter(**{admin_of(model).company_lookup: tenant.pk})
