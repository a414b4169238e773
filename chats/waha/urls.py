"""Addresses of this room: where WAHA posts its events, and the pages on which people keep their numbers."""

from django.urls import URLPattern, path, re_path

from . import webhook
from .models import Act
from .views import acts, history, pages

# With or without the last slash: WAHA loses a message that is redirected.
WEBHOOKS: list[URLPattern] = [
    re_path(r"^(?P<session_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?$", webhook.receive, name="webhook"),
]

PAGES: list[URLPattern] = [
    path("", pages.numbers, name="list"),
    path("cards/", pages.cards, name="cards"),
    path("novo/", pages.new_number, name="new"),
    path("<uuid:session_id>/", pages.number, name="number"),
    path("<uuid:session_id>/state/", pages.state, name="state"),
    path("<uuid:session_id>/qr/", pages.qr, name="qr"),
    path("<uuid:session_id>/details/", acts.details, name="details"),
    path("<uuid:session_id>/pairing/", acts.pairing, name="pairing"),
    path("<uuid:session_id>/start/", acts.order, {"act": Act.START}, name="start"),
    path("<uuid:session_id>/stop/", acts.order, {"act": Act.STOP}, name="stop"),
    path("<uuid:session_id>/restart/", acts.order, {"act": Act.RESTART}, name="restart"),
    path("<uuid:session_id>/logout/", acts.order, {"act": Act.LOGOUT}, name="logout"),
    path("<uuid:session_id>/webhook/", acts.order, {"act": Act.CONFIGURE}, name="webhook"),
    path("<uuid:session_id>/webhook-check/", acts.check_webhook, name="webhook-check"),
    path("<uuid:session_id>/history/", history.history, name="history"),
    path("<uuid:session_id>/history/cancellation/", history.cancellation, name="history-cancellation"),
    path("<uuid:session_id>/removal/", acts.removal, name="removal"),
]

webhooks = (WEBHOOKS, "waha")
pages_of_numbers = (PAGES, "numbers")
