from django.apps import AppConfig


class WahaConfig(AppConfig):
    """Everything that knows WAHA, and nothing else."""

    name = "chats.waha"
    label = "waha"
    verbose_name = "WAHA"
    default_auto_field = "django.db.models.BigAutoField"
