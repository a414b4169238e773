"""honcho's manager, made to stop for certain: on any signal, in bounded time, even when itself killed."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

from honcho.manager import Manager
from honcho.process import Process

KILL_AFTER_SECONDS = 4.0


def go_silent() -> None:
    """After a terminal has hung up, writing to it is an error."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(null, stream.fileno())


def stopping_signals() -> frozenset[signal.Signals]:
    signals = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    return frozenset(number for number in signals if signal.getsignal(number) is not signal.SIG_IGN)


def _take_no_notice(signum: int, frame: FrameType | None) -> None:
    """A handler, because "ignore" would be inherited by the process that is started."""


class GroupedProcess(Process):  # type: ignore[misc, unused-ignore]
    """A command in a session of its own, looked after by a process of ours that signals do not end."""

    signals: frozenset[signal.Signals] = frozenset()

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        for number in self.signals:
            signal.signal(number, _take_no_notice)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, self.signals)
        threading.Thread(target=self._end_with, args=(os.getppid(),), daemon=True).start()
        super().run(events, ignore_signals)

    def _end_with(self, parent: int) -> None:
        """When the parent is killed nobody is left to stop the command but us."""
        while os.getppid() == parent:
            time.sleep(0.5)
        with suppress(ProcessLookupError, AttributeError):
            os.killpg(self._child.pid, signal.SIGTERM)
            time.sleep(KILL_AFTER_SECONDS)
            os.killpg(self._child.pid, signal.SIGKILL)


class ProcessGroup(Manager):  # type: ignore[misc, unused-ignore]
    """Processes that live and end together. `on_started` is called once they have been started."""

    def __init__(self, on_started: Callable[[], None]) -> None:
        super().__init__()
        self._process_ctor = GroupedProcess
        self._on_started = on_started
        self._signals = stopping_signals()
        self._asked_to_stop = False

    def run(self) -> int:
        """Run until a signal asks to stop (0) or a process ends by itself (1)."""
        try:
            self.loop()
        finally:
            self._leave_nobody_behind()
        return 0 if self._asked_to_stop else 1

    def _start(self) -> None:
        """Signals wait while we fork, so that none hits a child which still has our handlers."""
        for state in self._processes.values():
            state["obj"].signals = self._signals
        signal.pthread_sigmask(signal.SIG_BLOCK, self._signals)
        try:
            super()._start()
            for number in self._signals:
                signal.signal(number, self._ask_to_stop)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, self._signals)
        self._on_started()

    def _ask_to_stop(self, signum: int, frame: FrameType | None) -> None:
        if signum == signal.SIGHUP:
            go_silent()
        self._asked_to_stop = True
        self.terminate()

    def terminate(self) -> None:
        if not self._all_started():  # honcho has not been told their process ids yet
            self._later(0.05, self.terminate)
        elif not self._terminating:
            self._later(KILL_AFTER_SECONDS, self.kill)
            super().terminate()

    def _leave_nobody_behind(self) -> None:
        """Normally they have all ended; not so when we could not write to a closed pipe, say."""
        for state in self._processes.values():
            if "pid" in state and state.get("returncode") is None:
                with suppress(ProcessLookupError):
                    os.killpg(state["pid"], signal.SIGKILL)

    @staticmethod
    def _later(seconds: float, act: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, act)
        timer.daemon = True
        timer.start()
