"""WAHA's addresses. Exact, without redirects: WAHA loses a message that is redirected."""

from django.urls import path

from . import webhook

app_name = "waha"

urlpatterns = [
    path("<uuid:session_id>/", webhook.receive, name="webhook"),
]
