"""Leads, under `/leads/`. What stands in the address bar is Portuguese; pieces and acts are nouns."""

from django.urls import path

from .views import lead_acts, lead_list

app_name = "leads"

urlpatterns = [
    path("", lead_list.leads, name="list"),
    path("rows/", lead_list.rows, name="rows"),
    path("novo/", lead_list.lead_new, name="new"),
    path("selection/", lead_acts.selection, name="selection"),
    path("selection/menu/", lead_acts.menu, name="menu"),
    path("selection/loss/", lead_acts.loss, name="loss"),
    path("<uuid:lead_id>/conversion/", lead_acts.conversion, name="conversion"),
]
