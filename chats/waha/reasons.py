"""Why a message did not leave, as an agent reads it at the bubble. Stored, so in the house's language."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from .client import WahaError

RESTRICTION = gettext_noop("WhatsApp restricts this number: for now it may not begin new conversations.")
WRONG_KEY = gettext_noop("The server did not accept our key. Tell an administrator.")
NOT_SUPPORTED = gettext_noop("This number's WAHA cannot do this.")
TOO_LARGE = gettext_noop("The file is too large for WhatsApp.")
NOT_ACCEPTED = gettext_noop("WhatsApp did not accept the message.")
NUMBER_STUCK = gettext_noop(
    "This number refuses everything that leaves. An administrator should restart it in Settings → Numbers."
)
NO_NUMBER = gettext_noop("No WhatsApp number to send from.")
NO_ACCOUNT = gettext_noop("This number has no WhatsApp.")
FILE_GONE = gettext_noop("The file is not in our storage any more.")
TOO_OLD = gettext_noop("It was in the queue since %(since)s. Should it still be sent?")
SAME_TEXT = gettext_noop("The same text went to more than %(count)s conversations in 10 minutes. Send it all the same?")
MANY_FIRSTS = gettext_noop(
    "This number wrote to more than %(count)s people in an hour who never wrote to it; WhatsApp may block it. "
    "Send it all the same?"
)


def plainly(reason: str, **details: object) -> str:
    """One of the sentences above, or any other that is marked for translation."""
    with override("pt-br"):
        return (_(reason) % details if details else _(reason))[:300]


def of_refusal(error: WahaError, *, number_is_stuck: bool = False) -> str:
    """Why WAHA certainly did not send it."""
    if error.restricted:
        return plainly(RESTRICTION)
    if error.status in {401, 403}:
        return plainly(WRONG_KEY)
    if error.status == 501:
        return plainly(NOT_SUPPORTED)
    if error.status == 413:
        return plainly(TOO_LARGE)
    return plainly(NUMBER_STUCK if number_is_stuck else NOT_ACCEPTED)


def since_when(moment: datetime, zone: ZoneInfo) -> str:
    """Today's as `15:02`, an older one as `22/11 15:02`."""
    local, today = moment.astimezone(zone), timezone.now().astimezone(zone).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%d/%m %H:%M}"
