"""Casa Aurora's number at a WAHA whose history knows more than its events told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from chats.models import Chat, Message, MessageType
from chats.thread import Slice
from chats.timeline import system_text
from chats.waha.models import WhatsAppSession
from chats.waha.reconcile import Reason, reconcile
from chats.waha.simulator import WahaSimulator
from tests.cast import Company
from tests.webhooks import JOAO


@dataclass
class Aurora:
    company: Company
    waha: WahaSimulator
    began: datetime

    @property
    def number(self) -> WhatsAppSession:
        return WhatsAppSession.objects.get(pk=self.company.number.pk)

    def writes(self, text: str, *, minute: float = 0, phone: str = JOAO, **how: Any) -> str:
        """A message that only the history knows, so many minutes after it all began; its bare id."""
        at = self.began + timedelta(minutes=minute)
        full = self.waha.customer_says("default", phone, text, at=at, **{"announced": False, "name": "João", **how})
        return full.split("_")[2]

    def heal(self, reason: Reason = Reason.CONNECTED) -> int:
        return reconcile(self.company.number.pk, reason)

    def asked(self, operation: str = "messages") -> int:
        """How often WAHA was asked for that."""
        return sum(call.operation == operation for call in self.waha.calls)


def connect(company: Company, waha: WahaSimulator, **how: Any) -> Aurora:
    """The number was compared an hour ago, and that is when it all begins."""
    began = timezone.now().replace(microsecond=0) - timedelta(hours=1)
    waha.add_session("default", **how)
    changes = {"base_url": waha.url, "reconciled_until": began, "engine": how.get("engine", "NOWEB")}
    WhatsAppSession.objects.filter(pk=company.number.pk).update(**changes)
    return Aurora(company, waha, began)


def bodies(chat: Chat) -> list[str | None]:
    """What people wrote, as the page of the conversation shows it from top to bottom."""
    shown = Slice.latest(chat, chat.messages.count()).messages
    return [message.body for message in shown if message.type != MessageType.SYSTEM]


def lines(chat: Chat) -> list[str]:
    """What the system says in it."""
    found = Message.objects.filter(chat=chat, type=MessageType.SYSTEM).order_by("timestamp", "id")
    return [system_text(line.body or "", line.metadata) for line in found]


def jobs(name: str) -> list[dict[str, Any]]:
    """The arguments of the jobs of this name that wait."""
    waiting = ProcrastinateJob.objects.filter(task_name=name, status="todo").order_by("id")
    return [job.args for job in waiting]
