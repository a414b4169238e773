from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    """Who works here, whom they serve, and what is being sold."""

    name = "crm"
    verbose_name = _("CRM")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import entering, lookups, signing_in  # noqa: F401 they listen, and teach
