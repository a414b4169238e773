"""How a number must be set up in WAHA, and where what stands there differs."""

import hmac
from copy import deepcopy
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from notifications.actions import Line, clear, notify
from notifications.models import NotificationType

from .calls.sessions import replace_config, session_info
from .client import WahaClient, WahaError
from .handlers import HANDLERS
from .models import WhatsAppSession
from .numbers import keepers_of

log = structlog.get_logger(__name__)

Config = dict[str, Any]

# Spans about 20 hours: the only policy of WAHA's that outlives a deploy or a night.
RETRIES = {"policy": "exponential", "delaySeconds": 1, "attempts": 15}
# Nothing of these is a conversation.
IGNORED = {"status": True, "broadcast": True, "channels": True}
MOST_NAMED = 3


def webhook_url(session: WhatsAppSession) -> str:
    """The exact address that WAHA must post to."""
    return f"{settings.PUBLIC_URL}{session.webhook_path}"


def wanted_config(session: WhatsAppSession, present: Config | None = None) -> Config:
    """What is set now with what we need on top. What others set is kept, for WAHA replaces the whole."""
    config = deepcopy(present or {})
    others = [entry for entry in _webhooks(config) if not _is_ours(session, entry)]
    config["webhooks"] = [*others, _wanted_webhook(session, _ours(session, config))]
    config["metadata"] = {
        **(config.get("metadata") or {}),
        "tenant": str(session.tenant_id),
        "number": str(session.pk),
    }
    config["ignore"] = {**(config.get("ignore") or {}), **IGNORED}
    noweb = config.get("noweb") or {}
    # Without its store, NOWEB keeps no history: nothing that got lost could be read again.
    store = {"fullSync": False, **(noweb.get("store") or {}), "enabled": True}
    config["noweb"] = {"markOnline": True, **noweb, "store": store}
    if session.engine == "WEBJS":
        config["webjs"] = {**(config.get("webjs") or {}), "tagsEventsOn": True}
    return config


def differences(session: WhatsAppSession, config: Config | None) -> list[str]:
    """What is set otherwise than we need it, in words; never what the keys are."""
    config = config or {}
    ours = _ours(session, config)
    if not ours:
        return [_("the webhook is missing"), *_store_differences(session, config)]
    found = []
    if ours[0].get("url", "").rstrip("/") != webhook_url(session).rstrip("/"):
        found.append(_("the webhook goes to another address (%(host)s)") % {"host": _host(ours[0])})
    if len(ours) > 1:
        found.append(_("the webhook is there %(count)d times") % {"count": len(ours)})
    found += _event_differences(ours[0])
    if not _has_our_key(session, ours[0]):
        found.append(_("the signature key (HMAC) is not ours"))
    if not _retries_enough(ours[0]):
        found.append(_("failed deliveries are given up too early"))
    return [*found, *_store_differences(session, config)]


def check(session: WhatsAppSession) -> bool:
    """Compare with what WAHA has now and keep the outcome; False, and all as it was, when WAHA does not answer."""
    try:
        info = session_info(WahaClient(session))
    except WahaError as error:
        if error.status != 404:
            log.info("webhook.not_checked", number=str(session.pk), reason=str(error))
            return False
        info = None
    with override("pt-br"):
        unknown = [_("WAHA knows no session %(name)s") % {"name": session.waha_name}]
        found = unknown if info is None else differences(session, info.get("config"))
        _keep(session, "; ".join(found)[:300])
    return True


def repair(session: WhatsAppSession) -> None:
    """Set WAHA up as we need it; nothing is touched, and nothing restarts, where all is well. Raises WahaError."""
    client = WahaClient(session)
    present = session_info(client).get("config")
    if differences(session, present):
        replace_config(client, wanted_config(session, present))


@transaction.atomic
def _keep(session: WhatsAppSession, found: str) -> None:
    """Store the outcome; those who answer for the company are told once of each."""
    row = WhatsAppSession.objects.select_for_update().filter(pk=session.pk).first()
    if row is None:
        return
    was, row.webhook_drift, row.webhook_checked_at = row.webhook_drift, found, timezone.now()
    row.save(update_fields=["webhook_drift", "webhook_checked_at"])
    if found == was:
        return
    subject = f"webhook:{row.pk}"
    clear(subject)
    if found:
        notify(keepers_of(row), _line(row, subject, found))


def _line(session: WhatsAppSession, subject: str, found: str) -> Line:
    return Line(
        NotificationType.SYSTEM,
        subject=subject,
        title=_("%(number)s: WAHA is set up differently") % {"number": session.name},
        message=found,
        link=session.page,
    )


def _wanted_webhook(session: WhatsAppSession, present: list[Config]) -> Config:
    kept = {"customHeaders": present[0]["customHeaders"]} if present and present[0].get("customHeaders") else {}
    return {
        **kept,
        "url": webhook_url(session),
        "events": sorted(HANDLERS),
        "hmac": {"key": session.webhook_secret},
        "retries": RETRIES,
    }


def _webhooks(config: Config) -> list[Config]:
    return [entry for entry in config.get("webhooks") or [] if isinstance(entry, dict)]


def _ours(session: WhatsAppSession, config: Config) -> list[Config]:
    """The webhooks for this number, whatever host they go to: our own address may have moved. The exact one first."""
    ours = [entry for entry in _webhooks(config) if _is_ours(session, entry)]
    return sorted(ours, key=lambda entry: entry.get("url", "").rstrip("/") != webhook_url(session).rstrip("/"))


def _is_ours(session: WhatsAppSession, entry: Config) -> bool:
    return str(entry.get("url") or "").rstrip("/").endswith(session.webhook_path.rstrip("/"))


def _host(entry: Config) -> str:
    return urlsplit(str(entry.get("url"))).netloc


def _event_differences(entry: Config) -> list[str]:
    events = set(entry.get("events") or [])
    missing = [] if "*" in events else sorted(set(HANDLERS) - events)
    if not missing:
        return []
    names = ", ".join(missing[:MOST_NAMED]) + (", …" if len(missing) > MOST_NAMED else "")
    return [_("events are missing: %(names)s") % {"names": names}]


def _has_our_key(session: WhatsAppSession, entry: Config) -> bool:
    key = str((entry.get("hmac") or {}).get("key") or "")
    return hmac.compare_digest(key.encode(), session.webhook_secret.encode())


def _retries_enough(entry: Config) -> bool:
    retries = entry.get("retries") or {}
    return retries.get("policy") == RETRIES["policy"] and (retries.get("attempts") or 0) >= 15


def _store_differences(session: WhatsAppSession, config: Config) -> list[str]:
    if session.engine not in {"", "NOWEB"}:
        return []
    store = (config.get("noweb") or {}).get("store") or {}
    return [] if store.get("enabled") else [_("the history (NOWEB store) is switched off")]
