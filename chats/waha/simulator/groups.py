"""Groups as WAHA's events and answers tell them."""

import time
from dataclasses import dataclass, field

from . import ids
from .store import Json


@dataclass(slots=True)
class Group:
    """Roles by participant: participant, admin or superadmin."""

    id: str
    subject: str = ""
    description: str = ""
    roles: dict[str, str] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)  # of participants known by a LID

    def people(self, *only: str) -> list[Json]:
        """All participants, or those asked for, left ones included."""
        wanted = only or tuple(self.roles)
        return [
            {"id": who, "role": self.roles.get(who, "left")} | ({"pn": self.phones[who]} if who in self.phones else {})
            for who in wanted
        ]

    def info(self) -> Json:
        return {
            "id": self.id,
            "subject": self.subject,
            "description": self.description,
            "membersCanAddNewMember": True,
            "membersCanSendMessages": True,
            "newMembersApprovalRequired": False,
            "participants": self.people(),
        }


def joined(group: Group, engine: str) -> Json:
    """Payload of group.v2.join: we were added."""
    return {"timestamp": _moment(engine), "group": group.info(), "_data": _raw(group)}


def left(group: Group, engine: str, our: str) -> Json:
    """Payload of group.v2.leave: we left, or were removed."""
    raw = {"id": group.id, "author": our, "participants": [our], "action": "remove"}
    return {"timestamp": _moment(engine), "group": {"id": group.id}, "_data": raw}


def changed(group: Group, engine: str, **changes: str) -> Json:
    """Payload of group.v2.update: only what changed is said."""
    return {"timestamp": _moment(engine), "group": {"id": group.id, **changes}, "_data": {"id": group.id, **changes}}


def moved(group: Group, engine: str, kind: str, who: list[str]) -> Json:
    """Payload of group.v2.participants: join, leave, promote or demote."""
    action = {"join": "add", "leave": "remove"}.get(kind, kind)
    raw = {"id": group.id, "author": who[0], "participants": who, "action": action}
    return {
        "group": {"id": group.id},
        "type": kind,
        "timestamp": _moment(engine),
        "participants": group.people(*who),
        "_data": raw,
    }


def _moment(engine: str) -> int:
    """Milliseconds on NOWEB, seconds elsewhere."""
    return time.time_ns() // 1_000_000 if engine == "NOWEB" else int(time.time())


def _raw(group: Group) -> Json:
    participants = [
        {"id": ids.jid(who), "admin": None if role == "participant" else role} for who, role in group.roles.items()
    ]
    return {"id": group.id, "subject": group.subject, "desc": group.description, "participants": participants}
