"""The funnel, under `/funil/`. What stands in the address bar is Portuguese; pieces and acts are nouns."""

from django.urls import path

from .views import funnel, funnel_deals, funnel_new

app_name = "funnel"

urlpatterns = [
    path("", funnel.board, name="board"),
    path("nova/", funnel_new.opportunity_new, name="new"),
    path("people/", funnel_new.people, name="people"),
    path("totals/", funnel.totals, name="totals"),
    path("stages/<uuid:stage_id>/", funnel.column, name="column"),
    path("opportunities/<uuid:opportunity_id>/", funnel_deals.opportunity, name="opportunity"),
    path("opportunities/<uuid:opportunity_id>/menu/", funnel_deals.menu, name="menu"),
    path("opportunities/<uuid:opportunity_id>/owner/", funnel_deals.owner, name="owner"),
    path("opportunities/<uuid:opportunity_id>/stage/", funnel_deals.stage, name="stage"),
    path("opportunities/<uuid:opportunity_id>/closing/", funnel_deals.closing, name="closing"),
    path("opportunities/<uuid:opportunity_id>/moves/<uuid:change_id>/undoing/", funnel_deals.undoing, name="undoing"),
]
