"""The inbox. What stands in the address bar is Portuguese; pieces and acts are nouns."""

from django.urls import path

from . import views

app_name = "chats"

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("list/", views.list_, name="list"),
    path("rows/", views.rows, name="rows"),
    path("<uuid:chat_id>/", views.chat, name="chat"),
    path("<uuid:chat_id>/messages/", views.messages, name="messages"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/sending/", views.sending, name="sending"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/cancellation/", views.cancellation, name="cancellation"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/reaction/", views.reaction, name="reaction"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/text/", views.text, name="text"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/deletion/", views.deletion, name="deletion"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/forwarding/", views.forwarding, name="forwarding"),
    path("<uuid:chat_id>/amendments/<uuid:amendment_id>/sending/", views.amending, name="amending"),
    path("<uuid:chat_id>/amendments/<uuid:amendment_id>/cancellation/", views.renunciation, name="renunciation"),
    path("<uuid:chat_id>/typing/", views.typing, name="typing"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/file/", views.file, name="file"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/thumbnail/", views.thumbnail, name="thumbnail"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/sound/", views.sound, name="sound"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/copying/", views.copying, name="copying"),
    path("<uuid:chat_id>/assignment/", views.assignment, name="assignment"),
    path("<uuid:chat_id>/resolution/", views.resolution, name="resolution"),
    path("<uuid:chat_id>/reopening/", views.reopening, name="reopening"),
    path("<uuid:chat_id>/separation/<uuid:merge_id>/", views.separation, name="separation"),
    path("<uuid:chat_id>/reading/", views.reading, name="reading"),
]
