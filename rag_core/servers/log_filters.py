"""Keeps what HTTP libraries log of requests out of the log: texts, and whatever servers put into headers."""

from __future__ import annotations

import logging
import threading

# Loggers of requests at DEBUG or INFO; a filter is not inherited from the parent logger.
_REQUEST_LOGGERS = (
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
_muted = threading.local()


def mute_request_logs() -> None:
    """Mute them for this thread's requests from now on; those of other threads are logged as before."""
    _muted.always = True
    for name in _REQUEST_LOGGERS:
        logging.getLogger(name).addFilter(_is_logged)  # once: adding it again changes nothing


def _is_logged(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or not getattr(_muted, "always", False)
