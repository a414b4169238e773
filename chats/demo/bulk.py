"""Large data: as many more conversations as asked for, in the shapes the actions produce, by COPY."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from django.db import connection, transaction
from django.utils.translation import override

from chats.models import Chat, Message
from crm.models import Contact, ContactIdentity, Lead, Opportunity, Role, Stage, StageChange, Tag, Team, Tenant
from notifications.models import CRMNotification

from .bulk_chats import ChatWriter, House
from .bulk_talks import rehearse
from .companies import BULK_SLUG, CASA_AURORA, PET_FELIZ, Colleague, Company, Number
from .opening import Opened, open_demo_company

CHATS_PER_TRANSACTION = 2000
# How many times the average a conversation is long; the mean is one.
LENGTHS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.2, 2.0, 3.0)
WRITTEN = (Contact, ContactIdentity, Lead, Opportunity, StageChange, Chat, Message, CRMNotification)
Progress = Callable[[Iterable[int], str], Iterable[int]]
