"""WhatsApp's names for messages, and our own: as NOWEB and GOWS pass them on, and as WEBJS calls them."""

from chats.models import MessageType

# The kind of what WhatsApp could not decipher yet; the message itself takes its place when it comes.
WAITING = "waiting"

PROTO_TYPES = {
    "conversation": MessageType.TEXT,
    "extendedTextMessage": MessageType.TEXT,
    "buttonsResponseMessage": MessageType.TEXT,
    "templateButtonReplyMessage": MessageType.TEXT,
    "listResponseMessage": MessageType.TEXT,
    "interactiveResponseMessage": MessageType.TEXT,
    "imageMessage": MessageType.IMAGE,
    "videoMessage": MessageType.VIDEO,
    "ptvMessage": MessageType.VIDEO,
    "audioMessage": MessageType.AUDIO,
    "documentMessage": MessageType.DOCUMENT,
    "stickerMessage": MessageType.STICKER,
    "locationMessage": MessageType.LOCATION,
    "liveLocationMessage": MessageType.LOCATION,
    "contactMessage": MessageType.CONTACT,
    "contactsArrayMessage": MessageType.CONTACT,
    "pollCreationMessage": MessageType.POLL,
    "pollCreationMessageV2": MessageType.POLL,
    "pollCreationMessageV3": MessageType.POLL,
    "pollCreationMessageV5": MessageType.POLL,
}
# WEBJS names the type outright.
WEBJS_TYPES = {
    "chat": MessageType.TEXT,
    "buttons_response": MessageType.TEXT,
    "list_response": MessageType.TEXT,
    "template_button_reply": MessageType.TEXT,
    "interactive_response": MessageType.TEXT,
    "image": MessageType.IMAGE,
    "video": MessageType.VIDEO,
    "ptv": MessageType.VIDEO,
    "ptt": MessageType.VOICE,
    "audio": MessageType.AUDIO,
    "document": MessageType.DOCUMENT,
    "sticker": MessageType.STICKER,
    "location": MessageType.LOCATION,
    "vcard": MessageType.CONTACT,
    "multi_vcard": MessageType.CONTACT,
    "poll_creation": MessageType.POLL,
}
# What cannot be shown as what it is, by WhatsApp's names; the page says it in words.
KINDS = {
    "orderMessage": "order",
    "order": "order",
    "productMessage": "product",
    "product": "product",
    "sendPaymentMessage": "payment",
    "requestPaymentMessage": "payment",
    "declinePaymentRequestMessage": "payment",
    "cancelPaymentRequestMessage": "payment",
    "paymentInviteMessage": "payment",
    "payment": "payment",
    "invoiceMessage": "invoice",
    "eventMessage": "event",
    "event_creation": "event",
    "scheduledCallCreationMessage": "call_link",
    "scheduledCallEditMessage": "call_link",
    "scheduled_call": "call_link",
    "groupInviteMessage": "group_invite",
    "groups_v4_invite": "group_invite",
    "newsletterAdminInviteMessage": "channel_invite",
    "newsletter_admin_invite": "channel_invite",
    "stickerPackMessage": "sticker_pack",
    "sticker-pack": "sticker_pack",
    "commentMessage": "comment",
    "comment": "comment",
    "requestPhoneNumberMessage": "phone_request",
    "request_phone_number": "phone_request",
    "placeholderMessage": "phone_only",
    "ciphertext": WAITING,
}
# Messages of businesses: what they say is text; the choices they offer are the phone's.
OFFERS = {"interactiveMessage", "buttonsMessage", "listMessage", "templateMessage", "highlyStructuredMessage"}
WEBJS_OFFERS = {"interactive", "buttons", "list", "template", "hsm", "native_flow"}
# What travels as a message and is none: other events tell of it, or nobody needs to know.
NO_MESSAGES = frozenset(
    (
        "call",
        "callLogMesssage",
        "encCommentMessage",
        "encEventResponseMessage",
        "encReactionMessage",
        "keepInChatMessage",
        "messageHistoryBundle",
        "messageHistoryNotice",
        "pinInChatMessage",
        "pollResultSnapshotMessage",
        "pollUpdateMessage",
        "protocolMessage",
        "reactionMessage",
        "secretEncryptedMessage",
        "senderKeyDistributionMessage",
    )
)
WEBJS_NO_MESSAGES = frozenset(
    (
        "broadcast_notification",
        "call_log",
        "debug",
        "e2e_notification",
        "gp2",
        "keep_in_chat",
        "newsletter_notification",
        "notification",
        "notification_template",
        "pin_message",
        "pinned_message",
        "poll_update",
        "protocol",
        "reaction",
        "revoked",
    )
)
