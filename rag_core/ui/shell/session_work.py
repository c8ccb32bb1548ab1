"""Work in the background for browser sessions: it ends when a session leaves, and goes on when it comes back."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

_log = logging.getLogger(__name__)
# Streamlit ends a session's connection when its tab is closed or reloaded, and also when the network fails for a
# moment. A reloaded tab is a new session, which wants the same work before this time is over.
_GRACE_S = 2.5
_POLL_S = 0.5
# Streamlit itself keeps a session that is not connected for two minutes; after that, the same tab is a new session.
_FORGET_S = 150.0


class Work(Protocol):
    """Something that goes on in the background on behalf of one session."""

    @property
    def key(self) -> object:
        """Equal for work that need not be begun again where it takes the other's place."""

    def begin(self) -> None:
        """Begin it, or go on with it after `end`; returns soon."""

    def end(self) -> None:
        """End it, except what others need; returns soon."""


@dataclass
class _Held:
    """What a session wants, by kind, and which of it has begun; `left_s` is since when it is not connected."""

    works: dict[str, Work] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    left_s: float | None = None
    is_away: bool = False


class SessionWork:
    """What sessions want done; a thread that looks twice a second ends it for those that left.

    The thread runs while there are sessions. Safe for several threads.
    """

    def __init__(
        self,
        is_connected: Callable[[str], bool],
        must_wait: Callable[[], bool],
        *,
        poll_s: float = _POLL_S,
        grace_s: float = _GRACE_S,
        forget_s: float = _FORGET_S,
    ) -> None:
        """While `must_wait` is true, work is noted, and begun later."""
        self._is_connected, self._must_wait = is_connected, must_wait
        self._poll_s, self._grace_s, self._forget_s = poll_s, grace_s, forget_s
        self._held: dict[str, _Held] = {}
        self._watched = False
        self._lock = threading.Lock()

    def replace(self, session: str, kind: str, work: Work | None) -> None:
        """From now on, the session wants this work of its kind, and no other."""
        with self._lock:
            held = self._held.setdefault(session, _Held())
            if held.is_away and self._is_connected(session):
                self._come_back(held)
            old, has_begun = held.works.get(kind), kind in held.begun
            if old is not None and work is not None and old.key == work.key:
                return
            held.works.pop(kind, None)
            held.begun.discard(kind)
            if work is not None:
                held.works[kind] = work
                self._begin(held)  # before the old ends: what both want goes on without a gap
            if old is not None and has_begun:
                old.end()
            if not self._watched:
                threading.Thread(target=self._watch, name="watch-sessions", daemon=True).start()
                self._watched = True

    def _watch(self) -> None:
        watched = True
        while watched:
            time.sleep(self._poll_s)
            watched = self._look()

    def _look(self) -> bool:
        """Begin what had to wait or is wanted again, and end what nobody waits for; whether there are sessions."""
        now_s = time.monotonic()
        # In one step with `replace`: a session that comes back meanwhile would lose what it wants.
        with self._lock:
            for session, held in list(self._held.items()):
                try:
                    self._look_after(session, held, now_s)
                except Exception:  # a fault of one session's work must not keep that of the others running
                    _log.exception("Work in the background could not be begun or ended")
            self._watched = len(self._held) > 0
            return self._watched

    def _look_after(self, session: str, held: _Held, now_s: float) -> None:
        """The same for one session. The caller has the lock."""
        if self._is_connected(session):
            self._come_back(held)
            return
        held.left_s = now_s if held.left_s is None else held.left_s
        if now_s - held.left_s >= self._grace_s:
            self._leave(held)
        if now_s - held.left_s >= self._forget_s or not held.works:
            del self._held[session]

    def _begin(self, held: _Held) -> None:
        """Begin what has not begun, unless it must wait. The caller has the lock."""
        if held.is_away or self._must_wait():
            return
        for kind in held.works.keys() - held.begun:
            held.begun.add(kind)
            held.works[kind].begin()

    def _come_back(self, held: _Held) -> None:
        """Begin again what was ended. The caller has the lock."""
        held.left_s, held.is_away = None, False
        self._begin(held)

    def _leave(self, held: _Held) -> None:
        """End everything until the session is connected again. The caller has the lock."""
        held.is_away = True
        while held.begun:
            held.works[held.begun.pop()].end()
