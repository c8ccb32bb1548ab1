"""What this process has learned about embedding models on servers: the limits that they stated in refusals."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from rag_core.servers.limits import Limit

_lock = threading.Lock()
_known: dict[tuple[str, str], ServerLimits] = {}
_SHARE_OF_TOKENS = 0.9  # of a stated limit of a request: the count here is an estimate


@dataclass
class ServerLimits:
    """The limits of one model, shared by all its objects.

    `batch_texts` and `batch_tokens` bound a request, `text_tokens` one text, in the tokens in which texts are counted
    here; None: unknown. `options` are those of a request, without what the server rejected.
    """

    batch_texts: int | None = None
    batch_tokens: int | None = None
    text_tokens: int | None = None
    options: dict[str, str] = field(default_factory=lambda: {"encoding_format": "base64"})

    def note_batch(self, limit: Limit, texts: int, tokens: int) -> None:
        """Learn from a refusal of a request with this many texts and tokens; where it names no number, half of them."""
        if limit.kind == "texts":
            self.batch_texts = max(min(limit.maximum or texts, texts // 2 if limit.maximum is None else texts - 1), 1)
        else:
            stated = _SHARE_OF_TOKENS * limit.maximum if limit.maximum else tokens
            self.batch_tokens = max(int(min(stated, _SHARE_OF_TOKENS * tokens)), 1)


def limits_of(base_url: str, model: str) -> ServerLimits:
    """What is known about a model of a server in this process."""
    with _lock:
        return _known.setdefault((base_url, model), ServerLimits())
