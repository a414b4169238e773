"""The inbox. What stands in the address bar is Portuguese; pieces and acts are nouns."""

from django.urls import path

from .views import acts, amendments, inbox, media, merging, sends, typing, undoing

app_name = "chats"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("list/", inbox.list_, name="list"),
    path("rows/", inbox.rows, name="rows"),
    path("undo/<uuid:step_id>/", undoing.undoing, name="undo"),
    path("<uuid:chat_id>/", inbox.chat, name="chat"),
    path("<uuid:chat_id>/messages/", inbox.messages, name="messages"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/sending/", sends.sending, name="sending"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/cancellation/", sends.cancellation, name="cancellation"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/reaction/", amendments.reaction, name="reaction"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/text/", amendments.text, name="text"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/deletion/", amendments.deletion, name="deletion"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/forwarding/", sends.forwarding, name="forwarding"),
    path("<uuid:chat_id>/amendments/<uuid:amendment_id>/sending/", amendments.amending, name="amending"),
    path("<uuid:chat_id>/amendments/<uuid:amendment_id>/cancellation/", amendments.renunciation, name="renunciation"),
    path("<uuid:chat_id>/typing/", typing.typing, name="typing"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/file/", media.file, name="file"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/thumbnail/", media.thumbnail, name="thumbnail"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/sound/", media.sound, name="sound"),
    path("<uuid:chat_id>/messages/<uuid:message_id>/copying/", media.copying, name="copying"),
    path("<uuid:chat_id>/assignment/", acts.assignment, name="assignment"),
    path("<uuid:chat_id>/resolution/", acts.resolution, name="resolution"),
    path("<uuid:chat_id>/reopening/", acts.reopening, name="reopening"),
    path("<uuid:chat_id>/separation/<uuid:merge_id>/", merging.separation, name="separation"),
    path("<uuid:chat_id>/reading/", acts.reading, name="reading"),
]
