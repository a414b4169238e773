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
    path("<uuid:chat_id>/assignment/", views.assignment, name="assignment"),
    path("<uuid:chat_id>/resolution/", views.resolution, name="resolution"),
    path("<uuid:chat_id>/reopening/", views.reopening, name="reopening"),
    path("<uuid:chat_id>/reading/", views.reading, name="reading"),
]
