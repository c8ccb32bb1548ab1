"""What requests have taught about a model on a server; remembered for as long as the process runs."""

from __future__ import annotations

import asyncio
import re
import threading

from cachetools import LRUCache

from rag_core.llms.sent_prompts import SentPrompts
from rag_core.servers.refused_options import RefusedOptions

_MAX_MODELS = 64
# Models whose chat templates open the reasoning, so that their answers begin in the midst of it.
_UNOPENED = re.compile(r"(?<![a-z\d])(qwq|r1)(?![a-z\d])|thinking|reasoner|reasoning", re.IGNORECASE)
_lock = threading.Lock()
_known: LRUCache[tuple[str, str], ModelFacts] = LRUCache(maxsize=_MAX_MODELS)


class ModelFacts:
    """One object for all choices of a model on a server, whatever their temperature, key or limits.

    `reasons_unopened`: the model begins with reasoning that no mark opens, by its name until it has answered.
    `window_tokens` is the context window as the server told it when it was asked; None while it has not.
    `refused_windows` are those that it named when it refused a prompt, by the window that the user had entered: who
    enters another one has it tried. `token_ratio` is how many tokens the server counts for one of ours, where it is
    more.
    """

    def __init__(self, *, reasons_unopened: bool) -> None:
        self.refused_options = RefusedOptions()
        self.reasons_unopened = reasons_unopened
        self.window_tokens: int | None = None
        self.refused_windows: dict[int, int] = {}
        self.token_ratio = 1.0
        self.was_asked = False  # for its window
        self.asking = asyncio.Lock()
        self.prompts = SentPrompts()

    def forget_window(self) -> None:
        """Forget what limits prompts, since the server may have been started with another window."""
        self.window_tokens, self.was_asked, self.token_ratio = None, False, 1.0
        self.refused_windows.clear()


def facts_of(base_url: str, model: str) -> ModelFacts:
    """What is known of a model on a server."""
    with _lock:
        if (base_url, model) not in _known:
            _known[base_url, model] = ModelFacts(reasons_unopened=bool(_UNOPENED.search(model)))
        return _known[base_url, model]


def forget_all() -> None:
    """Forget everything, as a new process does."""
    with _lock:
        _known.clear()
