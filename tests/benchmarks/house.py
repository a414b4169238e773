"""The product as it is measured: its own services under `var/bench`, a seeded company, real processes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from playwright.sync_api import Browser, Page, sync_playwright

from chats.models import Ack, Chat, Message, SendState
from chats.waha.models import WahaEvent
from config.browser import find_chromium
from crm.models import Contact, Tenant, User
from crm.sessions import SessionStore
from tests.processes import Web

BACKEND = "crm.backends.PersonBackend"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


# How the phones begin of those who write during a measurement.
CUSTOMERS = "551197000"


class House:
    """What rows measure. Everything is started when a row first asks for it, and stopped at the end."""

    def __init__(self, *, quick: bool) -> None:
        self.quick = quick
        self._web: Web | None = None
        self._second: Web | None = None
        self._floor: Web | None = None

    def runs(self, usual: int) -> int:
        """How often to measure."""
        return max(3, usual // 4) if self.quick else usual

    def bound_of_the_whole(self, bound: float) -> float | None:
        """A bound that says nothing of a small part of the data."""
        return None if self.quick else bound

    def company_with(self, chats: int) -> Tenant:
        """The company that holds at least so many conversations; the demo data are made anew when it does not."""
        wanted = chats // 40 if self.quick else chats
        biggest = Tenant.objects.annotate(size=Count("chats")).order_by("-size").first()
        if biggest is None or Chat.objects.filter(tenant=biggest).count() < wanted:
            print(f"  seeding {wanted} conversations …", flush=True)
            # The demo company's own come on top.
            call_command("seed", chats=wanted + 500, tenants=1, reset=True, force=True)
            biggest = Tenant.objects.annotate(size=Count("chats")).order_by("-size")[0]
        return biggest

    def somebody_of(self, company: Tenant) -> User:
        """A person who sees all of it and has conversations of their own."""
        people = User.objects.filter(tenant=company, is_active=True).annotate(own=Count("assigned_chats"))
        found = people.order_by("-own").first()
        assert found
        return found

    @property
    def web(self) -> Web:
        """One web process."""
        if self._web is None:
            self._web = self.started()
        return self._web

    @property
    def second(self) -> Web:
        """Another web process of the same product."""
        if self._second is None:
            self._second = self.started()
        return self._second

    @property
    def floor(self) -> Web:
        """What the product is compared with: `floors`."""
        if self._floor is None:
            self._floor = self.started("tests.benchmarks.floors:application")
        return self._floor

    def forget_customers(self) -> None:
        """Whoever wrote during a measurement goes, with all they wrote, and what waits to be sent never leaves.

        Other rows find what was seeded, and a worker of theirs has nothing else to do. WhatsApp ticked what was sent:
        without a tick it would be asked for a minute later, and hold up what is sent to the same people then.
        """
        chats = Chat.objects.filter(phone__startswith=CUSTOMERS)
        Contact.objects.filter(chats__in=chats).delete()
        chats.delete()
        WahaEvent.objects.all().delete()
        Message.objects.filter(send_state=SendState.QUEUED).update(send_state=SendState.CANCELLED)
        unticked = Message.objects.filter(send_state__in=[SendState.SENT, SendState.UNCONFIRMED], ack=Ack.PENDING)
        unticked.update(send_state=SendState.SENT, ack=Ack.SERVER)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")

    def stop(self) -> None:
        for process in (self._web, self._second, self._floor):
            if process:
                process.stop()

    def started(self, application: str = "config.asgi:application") -> Web:
        """A web process of the caller's own, who stops it."""
        web = Web(application, DEBUG="0", API_RATE="1000000 per minute", DATABASE_URL=os.environ["DATABASE_URL"])
        web.start()
        return web

    def session_of(self, user: User) -> str:
        """The cookie of somebody who is signed in."""
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        return str(session.session_key)

    @contextmanager
    def browser(self) -> Iterator[Browser]:
        """Headless Chromium, the system's own."""
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM)
            yield browser
            browser.close()

    @contextmanager
    def page(self, browser: Browser, user: User, *, width: int = 1440, height: int = 900) -> Iterator[Page]:
        """A new page with an empty cache, signed in as `user`."""
        context = browser.new_context(viewport={"width": width, "height": height}, locale="pt-BR")
        context.add_cookies([{"name": "sessionid", "value": self.session_of(user), "url": self.web.url}])
        yield context.new_page()
        context.close()
