"""WAHA's addresses, with or without the last slash: WAHA loses a message that is redirected."""

from django.urls import re_path

from . import webhook

app_name = "waha"

urlpatterns = [
    re_path(r"^(?P<session_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?$", webhook.receive, name="webhook"),
]
