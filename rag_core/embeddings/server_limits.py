"""What this process has learned about embedding models on servers: the limits that they stated in refusals."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from rag_core.servers.limits import Limit
from rag_core.servers.refused_options import RefusedOptions

_lock = threading.Lock()
_known: dict[tuple[str, str], ServerLimits] = {}
_SHARE_OF_TOKENS = 0.9  # of a stated limit of a request: the count here is an estimate


@dataclass
class ServerLimits:
    """The limits of one model, shared by all its objects.

    `batch_texts` and `batch_tokens` bound a request, `text_tokens` one text, in the tokens in which texts are counted
    here; None: unknown. `refused` are the options of a request that the server rejected.
    """

    batch_texts: int | None = None
    batch_tokens: int | None = None
    text_tokens: int | None = None
    refused: RefusedOptions = field(default_factory=RefusedOptions)

    def note_batch(self, limit: Limit, texts: int, tokens: int) -> None:
        """Learn from a refusal of a request with this many texts and tokens; where it names no number, half of them."""
        if limit.kind == "texts":
            self.batch_texts = max(min(limit.maximum, texts - 1) if limit.maximum else texts // 2, 1)
        else:
            most = _SHARE_OF_TOKENS * min(limit.maximum, tokens) if limit.maximum else tokens / 2
            self.batch_tokens = max(int(most), 1)


def limits_of(base_url: str, model: str) -> ServerLimits:
    """What is known about a model of a server in this process."""
    with _lock:
        return _known.setdefault((base_url, model), ServerLimits())
