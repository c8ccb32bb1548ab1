"""How long a server asks to wait before the next request."""

from __future__ import annotations

import math
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx


def retry_after_s(headers: httpx.Headers) -> float | None:
    """The wait that the server asks for: seconds, or until a date (RFC 9110, 10.2.3); None if it asks for none."""
    text = str(headers.get("retry-after") or "").strip()
    try:
        seconds = float(text) if not text[-3:].isalpha() else parsedate_to_datetime(text).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
    return max(seconds, 0.0) if math.isfinite(seconds) else None
