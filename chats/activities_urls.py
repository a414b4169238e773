"""Activities, under `/atividades/`. What stands in the address bar is Portuguese; pieces and acts are nouns."""

from django.urls import path

from .views import activities, activity_acts

app_name = "activities"

urlpatterns = [
    path("", activities.agenda, name="list"),
    path("rows/", activities.rows, name="rows"),
    path("people/", activity_acts.people, name="people"),
    path("nova/", activity_acts.activity_new, name="new"),
    path("<uuid:activity_id>/", activity_acts.activity, name="activity"),
    path("<uuid:activity_id>/completion/", activity_acts.completion, name="completion"),
    path("<uuid:activity_id>/postponement/", activity_acts.postponement, name="postponement"),
    path("<uuid:activity_id>/later/", activity_acts.later, name="later"),
    path("<uuid:activity_id>/removal/", activity_acts.removal, name="removal"),
]
