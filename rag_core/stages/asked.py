"""What one question has a language model asked, while the stages ask it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag_core.llms.adaptive_concurrency import AdaptiveConcurrency
from rag_core.stages.results import ModelCall

MAX_CALLS_AT_ONCE = 4  # fewer than for a job in the background: local servers have few slots


@dataclass(eq=False)
class Asked:
    """The calls that a question caused so far, and what is to be said about the replies; safe for several threads.

    `waited_ms` is how long the stages have waited for replies. Questions that are asked at the same time share `lanes`.
    With `patient`, also a call without any reply in time is repeated: nobody waits in front of a screen.
    """

    lanes: AdaptiveConcurrency = field(default_factory=lambda: AdaptiveConcurrency(MAX_CALLS_AT_ONCE))
    patient: bool = False
    calls: list[ModelCall] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    waited_ms: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def record(self, calls: Sequence[ModelCall], waited_ms: float) -> None:
        """Add calls that have ended, and the time that was waited for them."""
        with self._lock:
            self.calls += calls
            self.waited_ms += waited_ms

    def note(self, notice: str) -> None:
        """Add a sentence for the user, once, such as which part of a reply could not be read."""
        with self._lock:
            if notice not in self.notices:
                self.notices.append(notice)
