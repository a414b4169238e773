"""The strings that move the world: what people do, what happens, and what goes wrong.

Tests pull them directly, other processes through control. `session` is a session or its name;
a name that nobody has is a WrongStatusError, a message id that nobody knows a KeyError.
"""

from collections.abc import Sequence
from datetime import datetime

from . import changes, groups, happenings, ids, lifecycle, people, telling
from .groups import Group
from .people import Writing
from .sessions import SCAN_QR_CODE, STARTING, Session
from .store import Json, Message, Query
from .world import World


class Puppets:
    def __init__(self, world: World) -> None:
        self.world = world

    def session(self, name: str = "default") -> Session:
        return self.world.session(name)

    # People

    def customer_says(
        self,
        session: Session | str,
        phone: str,
        text: str = "",
        *,
        name: str | None = None,
        kind: str = "text",
        quoted: str | None = None,
        lid: str | None = None,
        group: str | None = None,
        at: datetime | float | None = None,
        from_me: bool = False,
        filename: str | None = None,
        mimetype: str | None = None,
        content: bytes | None = None,
        download: str = "",
        device: int | None = None,
        announced: bool = True,
        uid: str = "",
    ) -> str:
        """A message from a person, or (`from_me`) typed on our own phone. Returns its full id.

        `lid`: the person writes from a hidden id; with a blank `phone` nothing tells whose.
        `content`: the file's bytes instead of made-up ones. `download`: "failed" or "skipped".
        `device`: the number carries a device's suffix, as it leaks at times.
        `announced=False`: it reaches the history, and no webhook. `uid`: WhatsApp's own id.
        For `kind` and what `text` means then, see contents.compose.
        """
        writing = Writing(
            phone, text, name, kind, quoted, lid, group, at, from_me, filename,
            mimetype, content, download, device, announced, uid,
        )  # fmt: skip
        return people.receive(self.world, self._session(session), writing)

    def album(
        self, session: Session | str, phone: str, captions: Sequence[str], *, name: str | None = None
    ) -> list[str]:
        """Pictures sent together. Returns the id of the album's own message, then each picture's."""
        writing = Writing(phone, name=name)
        return people.receive_album(self.world, self._session(session), writing, list(captions))

    def tell_again(self, session: Session | str, message_id: str) -> None:
        """Emit a stored message once more, with a new event id."""
        found = self._session(session)
        telling.tell(self.world, found, self.message(found, message_id))

    def waiting(self, session: Session | str, phone: str) -> str:
        """A message that cannot be decrypted yet; say it with the returned `uid` when it can. WEBJS tells."""
        return happenings.wait_for_message(self.world, self._session(session), phone)

    def edit(self, session: Session | str, message_id: str, text: str) -> str:
        return changes.edit(self.world, self._session(session), message_id, text)

    def revoke(self, session: Session | str, message_id: str) -> str:
        return changes.revoke(self.world, self._session(session), message_id)

    def react(
        self, session: Session | str, message_id: str, emoji: str, *, from_me: bool = False, phone: str | None = None
    ) -> str:
        """Blank `emoji` takes the reaction back; `phone` is whose it is, in a group."""
        return changes.react(self.world, self._session(session), message_id, emoji, from_me=from_me, phone=phone)

    def vote(
        self, session: Session | str, poll_id: str, phone: str, options: Sequence[str], *, readable: bool = True
    ) -> str:
        """Somebody's whole choice in a poll; not `readable` is poll.vote.failed."""
        return happenings.vote(self.world, self._session(session), poll_id, phone, list(options), readable=readable)

    def presence(self, session: Session | str, phone: str, state: str, *, participant: str | None = None) -> None:
        """Online, offline, typing, recording or paused; also without a subscription."""
        happenings.show_presence(self.world, self._session(session), phone, state, participant=participant)

    def call(
        self,
        session: Session | str,
        phone: str,
        *,
        answered: bool | None = None,
        states: Sequence[str] | None = None,
        video: bool = False,
        group: bool = False,
        call_id: str = "",
    ) -> str:
        """Received, then accepted or rejected, unless `states` says another order. Returns the call's id."""
        ends = {None: [], True: ["accepted"], False: ["rejected"]}[answered]
        through = tuple(["received", *ends] if states is None else states)
        found = self._session(session)
        return happenings.ring(self.world, found, phone, states=through, video=video, group=group, call_id=call_id)

    def ack(
        self, session: Session | str, message_id: str, value: int, *, reason: str = "", reader: str | None = None
    ) -> None:
        """A tick; -1 is an error, `reason` then WhatsApp's code for it. `reader` is whose, in a group."""
        changes.acknowledge(self.world, self._session(session), message_id, value, reason, reader)

    # Groups, labels, chats

    def group_join(self, session: Session | str, group: str, subject: str, phones: Sequence[str] = ()) -> None:
        """We are added to a group of these people."""
        found = self._session(session)
        roles = {found.address: "participant"} | {ids.chat_id(phone): "participant" for phone in phones}
        found.groups[group] = Group(group, subject, roles=roles)
        self.world.emit(found, groups.joined(found.groups[group], found.engine), "group.v2.join")

    def group_leave(self, session: Session | str, group: str) -> None:
        found = self._session(session)
        left = found.groups.pop(group, None) or Group(group)
        self.world.emit(found, groups.left(left, found.engine, found.address), "group.v2.leave")

    def group_update(self, session: Session | str, group: str, *, subject: str) -> None:
        found = self._session(session)
        known = found.groups.setdefault(group, Group(group))
        known.subject = subject
        self.world.emit(found, groups.changed(known, found.engine, subject=subject), "group.v2.update")

    def group_people(self, session: Session | str, group: str, change: str, phones: Sequence[str]) -> None:
        """`change` is join, leave, promote or demote."""
        found = self._session(session)
        known = found.groups.setdefault(group, Group(group))
        who = [ids.chat_id(phone) for phone in phones]
        for each in who:
            if change == "leave":
                known.roles.pop(each, None)
            else:
                known.roles[each] = "admin" if change == "promote" else "participant"
        self.world.emit(found, groups.moved(known, found.engine, change, who), "group.v2.participants")

    def label(
        self, session: Session | str, label_id: str, name: str, *, colour: int = 4, deleted: bool = False
    ) -> None:
        happenings.label(self.world, self._session(session), label_id, name, colour, deleted=deleted)

    def label_chat(self, session: Session | str, phone: str, label_id: str, *, removed: bool = False) -> None:
        happenings.label_chat(self.world, self._session(session), phone, label_id, removed=removed)

    def archive(self, session: Session | str, phone: str, *, archived: bool = True) -> None:
        """WEBJS tells; the others do not."""
        happenings.archive(self.world, self._session(session), phone, archived=archived)

    # The connection

    def set_status(self, session: Session | str, status: str, data: Json | None = None) -> None:
        lifecycle.set_status(self.world, self._session(session), status, data)

    def disconnect(self, session: Session | str, times: int = 1) -> None:
        """The phone network goes: STARTING, as often as WAHA tries again. Heal by set_status."""
        for _ in range(times):
            self.set_status(session, STARTING)

    def scan(self, session: Session | str, phone: str = "5511900000001", name: str = "Loja Exemplo") -> None:
        """Somebody scans the QR code. ValueError when none is shown."""
        found = self._session(session)
        if found.status != SCAN_QR_CODE:
            raise ValueError(f"{found.name} is {found.status}")
        lifecycle.scan(self.world, found, phone, name)

    # What goes wrong until the session is started again

    def jam(self, session: Session | str) -> None:
        """Every send is refused with 400, at status WORKING."""
        self._session(session).refuses_sends = True

    def silence(self, session: Session | str) -> None:
        """No event comes, at status WORKING; the history knows. All come at once after the restart."""
        self._session(session).silent = True

    def deafen(self, session: Session | str) -> None:
        """As silence, but what customers write is not in the history either until then."""
        self._session(session).deaf = True

    def cut(self, seconds: float | None = None, *, keeps: bool = False) -> None:
        """The whole server refuses connections for so many real seconds, or until `mend`.

        Deliveries that were being retried are lost. What happens meanwhile reaches the history;
        webhooks tell it afterwards only with `keeps`.
        """
        self.world.outage.begin(seconds, keeps=keeps)

    def mend(self) -> None:
        self.world.outage.end()

    # What WhatsApp knows

    def message(self, session: Session | str, message_id: str) -> Message:
        return changes.known(self.world, self._session(session), message_id)

    def history(self, session: Session | str, chat_id: str | None = None) -> list[Message]:
        """Everything, or everything of one chat, oldest first."""
        query = Query(chat_id=chat_id, newest_first=False, limit=10**9)
        return self.world.store.find(self._session(session).name, query)

    def file(self, session: Session | str, message_id: str) -> bytes:
        """The bytes of a message's file, also of one that our software sent."""
        return self.world.files.content(self.message(session, message_id))

    def lose_file(self, session: Session | str, message_id: str) -> None:
        """As after 180 s: the file is gone until the message is asked for with its media."""
        message = self.message(session, message_id)
        self.world.lost_files.add((message.session, message.uid))

    def learn_lid(self, session: Session | str, lid: str, phone: str) -> None:
        self.world.store.learn_lid(self._session(session).name, lid, phone)

    def tell_lids(self, session: Session | str) -> None:
        """From now on check-exists answers the hidden id where one is known."""
        self._session(session).tells_lids = True

    def unregister(self, session: Session | str, phone: str) -> None:
        """No WhatsApp account under exactly this number: sends are taken, and never arrive."""
        self._session(session).unregistered.add(ids.chat_id(phone))

    def register_as(self, session: Session | str, phone: str, account: str) -> None:
        """The account behind `phone` is registered under another number, as with the ninth digit."""
        self._session(session).registered_as[phone] = account

    def show_face(self, phone: str) -> None:
        """Somebody has a profile picture."""
        self.world.faces.add(ids.chat_id(phone))

    def _session(self, session: Session | str) -> Session:
        return self.session(session) if isinstance(session, str) else session
