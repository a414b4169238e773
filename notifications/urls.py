"""The bell."""

from django.urls import path

from . import views

app_name = "notifications"

urlpatterns = [
    path("", views.page, name="page"),
    path("lines/", views.lines, name="lines"),
    path("reading/", views.reading, name="reading"),
    path("<uuid:notification_id>/reading/", views.line_reading, name="line_reading"),
    path("quiet/", views.quiet, name="quiet"),
]
