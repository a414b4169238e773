"""Which address does what. The operation's name is the one that faults are ordered by."""

from collections.abc import Callable

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

from . import api_amending, api_people, api_reading, api_sending, api_sessions

Handler = Callable[..., Response]

_ROUTES: list[tuple[str, str, str, Handler]] = [
    ("GET", "/ping", "ping", api_sessions.ping),
    ("GET", "/health", "health", api_sessions.health),
    ("GET", "/api/version", "version", api_sessions.version),
    ("GET", "/api/server/version", "server-version", api_sessions.version),
    ("GET", "/api/server/status", "server-status", api_sessions.server_status),
    ("GET", "/api/sessions", "list-sessions", api_sessions.list_sessions),
    ("POST", "/api/sessions", "create-session", api_sessions.create),
    ("GET", "/api/sessions/<session>", "get-session", api_sessions.get_session),
    ("PUT", "/api/sessions/<session>", "update-session", api_sessions.update),
    ("DELETE", "/api/sessions/<session>", "delete-session", api_sessions.delete),
    ("POST", "/api/sessions/<session>/start", "start", api_sessions.start),
    ("POST", "/api/sessions/<session>/stop", "stop", api_sessions.stop),
    ("POST", "/api/sessions/<session>/restart", "restart", api_sessions.restart),
    ("POST", "/api/sessions/<session>/logout", "logout", api_sessions.logout),
    ("GET", "/api/sessions/<session>/me", "me", api_sessions.me),
    ("GET", "/api/<session>/auth/qr", "qr", api_sessions.qr),
    ("POST", "/api/<session>/auth/request-code", "request-code", api_sessions.request_code),
    ("POST", "/api/sendText", "sendText", api_sending.send_text),
    ("POST", "/api/sendImage", "sendImage", api_sending.send_image),
    ("POST", "/api/sendFile", "sendFile", api_sending.send_file),
    ("POST", "/api/sendVoice", "sendVoice", api_sending.send_voice),
    ("POST", "/api/sendVideo", "sendVideo", api_sending.send_video),
    ("POST", "/api/sendSticker", "sendSticker", api_sending.send_sticker),
    ("POST", "/api/sendLocation", "sendLocation", api_sending.send_location),
    ("POST", "/api/sendContactVcard", "sendContactVcard", api_sending.send_contacts),
    ("POST", "/api/sendPoll", "sendPoll", api_sending.send_poll),
    ("POST", "/api/forwardMessage", "forwardMessage", api_sending.forward),
    ("GET", "/api/<session>/new-message-id", "new-message-id", api_sending.new_message_id),
    ("POST", "/api/sendSeen", "sendSeen", api_sending.send_seen),
    ("POST", "/api/startTyping", "startTyping", api_sending.start_typing),
    ("POST", "/api/stopTyping", "stopTyping", api_sending.stop_typing),
    ("PUT", "/api/reaction", "reaction", api_amending.react),
    ("PUT", "/api/star", "star", api_amending.star),
    ("PUT", "/api/<session>/chats/<chat>/messages/<message>", "edit", api_amending.edit),
    ("DELETE", "/api/<session>/chats/<chat>/messages/<message>", "revoke", api_amending.revoke),
    ("GET", "/api/<session>/chats", "chats", api_reading.chats),
    ("GET", "/api/<session>/chats/overview", "overview", api_reading.overview),
    ("GET", "/api/<session>/chats/<chat>/picture", "chat-picture", api_people.chat_picture),
    ("GET", "/api/<session>/chats/<chat>/messages", "messages", api_reading.messages),
    ("GET", "/api/<session>/chats/<chat>/messages/<message>", "message-by-id", api_reading.message),
    ("POST", "/api/<session>/media/convert/voice", "convert-voice", api_reading.convert_voice),
    ("POST", "/api/<session>/media/convert/video", "convert-video", api_reading.convert_video),
    ("GET", "/api/contacts/check-exists", "check-exists", api_people.check_exists),
    ("GET", "/api/contacts/all", "contacts", api_people.contacts),
    ("GET", "/api/contacts", "contact", api_people.contact),
    ("GET", "/api/contacts/profile-picture", "contact-picture", api_people.contact_picture),
    ("GET", "/api/<session>/lids", "lids", api_people.lids),
    ("GET", "/api/<session>/lids/count", "lids-count", api_people.lids_count),
    ("GET", "/api/<session>/lids/<lid>", "lid", api_people.lid),
    ("GET", "/api/<session>/lids/pn/<phone>", "lid-of-phone", api_people.lid_of_phone),
    ("POST", "/api/<session>/presence", "set-presence", api_people.set_presence),
    ("GET", "/api/<session>/presence", "presences", api_people.presences),
    ("GET", "/api/<session>/presence/<chat>", "presence", api_people.presence),
    ("POST", "/api/<session>/presence/<chat>/subscribe", "subscribe-presence", api_people.subscribe_presence),
    ("GET", "/api/<session>/groups", "groups", api_people.groups),
    ("POST", "/api/<session>/groups/refresh", "refresh-groups", api_people.refresh_groups),
    ("GET", "/api/<session>/groups/<group>", "group", api_people.group),
    ("GET", "/api/<session>/groups/<group>/participants/v2", "group-participants", api_people.group_participants),
    ("GET", "/api/<session>/labels", "labels", api_people.labels),
    ("GET", "/api/<session>/labels/chats/<chat>", "chat-labels", api_people.chat_labels),
    ("GET", "/api/files/<session>/<name>", "file", api_reading.file),
    ("GET", "/_pictures/<name>", "profile-picture", api_reading.profile_picture),
]

HANDLERS: dict[str, Handler] = {operation: handler for _, _, operation, handler in _ROUTES}


def url_map() -> Map:
    """HEAD is not routed on its own: WAHA's callers do not use it."""
    return Map(
        [Rule(path, endpoint=operation, methods=[method]) for method, path, operation, _ in _ROUTES],
        strict_slashes=True,
        redirect_defaults=False,
    )
