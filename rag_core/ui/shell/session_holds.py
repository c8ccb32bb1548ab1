"""Which documents browser sessions want read, for as long as each session is there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from weakref import WeakValueDictionary

from rag_core.documents.document import Document
from rag_core.embeddings.late.token_vector_store import TokenVectorStore

# Streamlit ends a session's connection when its tab is closed or reloaded, and also when the network fails for a
# moment. A reloaded tab is a new session, which holds the same documents before this time is over.
_GRACE_S = 10.0
_POLL_S = 1.0
Reading = tuple[Document, int]  # and the overlap of windows in percent


class SessionHolds:
    """The readings that sessions hold; those of a session that left are released by a thread that looks every second.

    The thread runs while there are sessions. Safe for several threads.
    """

    def __init__(
        self,
        is_connected: Callable[[str], bool],
        must_wait: Callable[[], bool],
        *,
        poll_s: float = _POLL_S,
        grace_s: float = _GRACE_S,
    ) -> None:
        """While `must_wait` is true, readings are noted, and begun later."""
        self._is_connected, self._must_wait = is_connected, must_wait
        self._poll_s, self._grace_s = poll_s, grace_s
        # Weak: a model that nothing else uses any more is not kept in memory by a tab that is open.
        self._stores: WeakValueDictionary[str, TokenVectorStore] = WeakValueDictionary()
        self._noted: dict[str, Collection[Reading]] = {}
        self._disconnected_s: dict[str, float] = {}
        self._watched = False
        self._lock = threading.Lock()

    def replace(self, session: str, store: TokenVectorStore | None, readings: Collection[Reading]) -> None:
        """Hold these readings in this store for the session, and nothing else."""
        with self._lock:
            if self._stores.get(session) is not store:
                self._release(session)
            if store is None:
                return
            store.release(session, keep=readings)
            self._stores[session], self._noted[session] = store, readings
            self._begin()
            if not self._watched:
                threading.Thread(target=self._watch, name="watch-sessions", daemon=True).start()
                self._watched = True

    def _watch(self) -> None:
        watched = True
        while watched:
            time.sleep(self._poll_s)
            watched = self._look()

    def _look(self) -> bool:
        """Begin what had to wait, and release the sessions that left some time ago; whether there are others."""
        now_s = time.monotonic()
        # In one step with `replace`: a session that comes back while it is released would lose what it holds.
        with self._lock:
            self._begin()
            gone = [session for session in self._stores if not self._is_connected(session)]
            self._disconnected_s = {session: self._disconnected_s.get(session, now_s) for session in gone}
            for session, since_s in self._disconnected_s.items():
                if now_s - since_s >= self._grace_s:
                    self._release(session)
            self._watched = len(self._stores) > 0
            return self._watched

    def _begin(self) -> None:
        """Begin the readings that were noted, unless they must wait. The caller has the lock."""
        if self._must_wait():
            return
        for session, readings in self._noted.items():
            if (store := self._stores.get(session)) is not None:
                for document, overlap_percent in readings:
                    store.begin(document, overlap_percent, session)
        self._noted.clear()

    def _release(self, session: str) -> None:
        """Release all that the session holds. The caller has the lock."""
        self._noted.pop(session, None)
        store = self._stores.pop(session, None)
        if store is not None:
            store.release(session)
