"""Keeps out of the log what the libraries for requests tell of them: prompts, and whatever servers say in headers."""

from __future__ import annotations

import logging
import threading

# Whoever logs requests at DEBUG or INFO; a filter is not inherited from the logger above.
_TALKATIVE = (
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
    "httpx",
    "openai._base_client",
    "openai._legacy_response",
    "openai._response",
)


def mute_request_logs() -> None:
    """From now on, of requests that this thread makes; those of other threads are logged as before."""
    own = threading.get_ident()
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(lambda record: record.thread != own or record.levelno >= logging.WARNING)
