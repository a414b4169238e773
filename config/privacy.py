"""Every room says what it holds of a customer, in this order: whoever speaks of other rooms' rows comes after them."""

import chats.privacy
import chats.waha.privacy
import crm.privacy.declared
import notifications.privacy

ROOMS = [crm.privacy.declared, chats.privacy, chats.waha.privacy, notifications.privacy]


def declare() -> None:
    """Once, when the program starts."""
    for room in ROOMS:
        room.declare()
    crm.privacy.declared.declare_last()
