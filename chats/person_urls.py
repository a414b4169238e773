"""The record of one person: the same doors behind one of their conversations and behind their own page."""

from django.urls import path

from .views import deals, history, joining, menus, merging, person, steps

urlpatterns = [
    path("contact/", person.person, name="person"),
    path("contact/fields/<uuid:field_id>/", person.field, name="field"),
    path("contact/fields/<uuid:field_id>/menu/", person.field_menu, name="field_menu"),
    path("contact/tags/", person.tags, name="tags"),
    path("contact/tags/<uuid:tag_id>/removal/", person.tag_removal, name="tag_removal"),
    path("contact/notes/", person.notes, name="person_notes"),
    path("contact/notes/<uuid:note_id>/", person.note, name="person_note"),
    path("contact/notes/<uuid:note_id>/removal/", person.note_removal, name="person_note_removal"),
    path("joining/", joining.joining, name="joining"),
    path("joining/<uuid:other_id>/", joining.joint, name="joint"),
    path("separation/<uuid:merge_id>/", merging.separation, name="separation"),
    path("history/", history.history, name="history"),
    path("files/", history.files, name="files"),
    path("menus/stage/", menus.stage_menu, name="stage_menu"),
    path("opportunities/new/", deals.opportunity_new, name="opportunity_new"),
    path("opportunities/<uuid:opportunity_id>/", deals.opportunity, name="opportunity"),
    path("opportunities/<uuid:opportunity_id>/stage/", deals.stage, name="stage"),
    path("opportunities/<uuid:opportunity_id>/reopening/", deals.reopening, name="reopening"),
    path("activities/new/", steps.activity_new, name="activity_new"),
    path("activities/<uuid:activity_id>/", steps.activity, name="activity"),
    path("activities/<uuid:activity_id>/removal/", steps.removal, name="activity_removal"),
    path("activities/<uuid:activity_id>/completion/", steps.completion, name="completion"),
    path("activities/<uuid:activity_id>/postponement/", steps.postponement, name="postponement"),
]
