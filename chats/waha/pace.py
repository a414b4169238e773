"""A number's pace: a burst may leave at once, and after it so many a minute, as WhatsApp expects of people."""

import random
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from .models import WhatsAppSession

# What may leave at once after a quiet time: a team that answers its morning's messages.
BURST = 20
# Beyond the burst, people are not metronomes.
JITTER = 0.3

# `next_send_at` is the moment the long-run rate has come to; it runs ahead of the clock in a burst.
TAKE = """
UPDATE waha_whatsappsession
SET next_send_at = GREATEST(COALESCE(next_send_at, %s), %s) + (60.0 / messages_per_minute) * INTERVAL '1 second'
WHERE id = %s
RETURNING next_send_at, 60.0 / messages_per_minute
"""


def take_slot(session: WhatsAppSession) -> datetime:
    """The moment at which the next message of this number may leave, taken: another caller gets a later one."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [now, now, session.pk])
        reached, seconds_each = cursor.fetchone()
    moment: datetime = reached
    slot = moment - timedelta(seconds=float(seconds_each) * BURST)
    if slot <= now:
        return now
    return slot + timedelta(seconds=float(seconds_each) * random.uniform(0, JITTER))
