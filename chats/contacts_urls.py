"""Contacts, under `/contatos/`. What stands in the address bar is Portuguese; pieces and acts are nouns."""

from django.urls import include, path

from .views import contact_export, contact_imports, contact_page, contacts

app_name = "contacts"

urlpatterns = [
    path("", contacts.contacts, name="list"),
    path("rows/", contacts.rows, name="rows"),
    path("novo/", contacts.contact_new, name="new"),
    path("selection/", contacts.selection, name="selection"),
    path("selection/tags/", contacts.tag_menu, name="tag_menu"),
    path("exportar/", contact_export.export, name="export"),
    path("importar/", contact_imports.imports, name="imports"),
    path("importar/<uuid:import_id>/", contact_imports.import_, name="import"),
    path("importar/<uuid:import_id>/trial/", contact_imports.trial, name="import_trial"),
    path("importar/<uuid:import_id>/choice/", contact_imports.choice, name="import_choice"),
    path("importar/<uuid:import_id>/run/", contact_imports.run, name="import_run"),
    path("importar/<uuid:import_id>/cancellation/", contact_imports.cancellation, name="import_cancellation"),
    path("importar/<uuid:import_id>/problems/", contact_imports.problems, name="import_problems"),
    path("<uuid:contact_id>/", contact_page.contact, name="contact"),
    path("<uuid:contact_id>/", include("chats.person_urls")),
    path("<uuid:contact_id>/record/", contact_page.record, name="record"),
    path("<uuid:contact_id>/talks/", contact_page.talks, name="talks"),
    path("<uuid:contact_id>/conversation/", contacts.conversation, name="conversation"),
]
