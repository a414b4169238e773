"""The bell."""

from django.urls import path

from . import views

app_name = "notifications"

urlpatterns = [
    path("", views.lines, name="lines"),
    path("reading/", views.reading, name="reading"),
]
