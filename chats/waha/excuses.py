"""Why WAHA did not do what somebody asked for, in words for people; nothing of a foreign answer is shown raw."""

from django.utils.translation import gettext as _

from .client import WahaError


def plain(error: WahaError) -> str:
    """What to tell, in the active language, and what can be done about it."""
    text = str(error)
    if "'default' session" in text:
        return _(
            "This WAHA runs only one session, named “default”. Use that name, or update WAHA to 2026.6.1 or later."
        )
    if "already exists" in text:
        return _("WAHA already has a session of this name.")
    words = {
        401: _("WAHA refused the API key. Check it in WAHA's settings (WAHA_API_KEY)."),
        403: _("This API key may not do that in WAHA. Use one with administrator rights."),
        404: _("WAHA does not know this session. Start it to make it again."),
        413: _("WAHA found the request too large."),
        422: _("The number is not ready for that in WAHA. Try again in a few seconds."),
        501: _("This WAHA cannot do that."),
    }
    if error.status in words:
        return words[error.status]
    if error.status == 400:
        return _("WAHA did not accept the data.")
    if error.status and error.status >= 500:
        return _("WAHA is busy with the last order for this number, or has an internal error. Try again in a minute.")
    if error.status:
        return _("This address does not answer as a WAHA would (HTTP %(status)d).") % {"status": error.status}
    if error.maybe_done:
        return _("WAHA did not answer in time; it may have done it all the same.")
    return _("WAHA cannot be reached at its address. Check that it is running and that the address is right.")
