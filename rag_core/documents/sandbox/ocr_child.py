"""The child process that reads pictures of pages by OCR: takes pixels, replies with words, one page after the other."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from queue import SimpleQueue
from typing import Any, BinaryIO

from rag_core.documents.limits import MB, Limits
from rag_core.documents.page_shares import ShareRead, telling_shares
from rag_core.documents.reading import load_reader
from rag_core.documents.sandbox.child import failure, lock_down, private_output
from rag_core.documents.sandbox.frames import Header, read_frame, read_header, write_frame

MAX_PICTURE = 100 * MB
_ANY_TIME_S = 10**7  # the parent limits the time of each page; this process reads many
_NICENESS = 5  # what the user waits for comes first
_INTERVAL_S = 0.3  # between two messages about one page
_Request = tuple[Header, bytes]


def main() -> None:
    """Serve until standard input closes; a reply follows each picture, in order, and shares precede it."""
    incoming, outgoing = sys.stdin.buffer, private_output()
    header, _ = read_header(incoming, MAX_PICTURE)
    lock_down(Limits(*header["limits"])._replace(seconds=_ANY_TIME_S))
    with contextlib.suppress(AttributeError, OSError):  # Windows
        os.nice(_NICENESS)
    requests: SimpleQueue[_Request] = SimpleQueue()
    threading.Thread(target=_listen, args=(incoming, requests), daemon=True).start()
    _serve(header["engine"], requests, outgoing)


def _listen(incoming: BinaryIO, requests: SimpleQueue[_Request]) -> None:
    """Pass requests on; exit at once, even while a page is read, when the parent is gone."""
    try:
        while True:
            requests.put(read_frame(incoming, MAX_PICTURE))
    finally:
        os._exit(0)


def _sender(outgoing: BinaryIO) -> ShareRead:
    """Sends the share of the page that is read, a few times a second."""
    sent_s = 0.0

    def send(share: float | None) -> None:
        nonlocal sent_s
        if share is not None and time.monotonic() - sent_s > _INTERVAL_S:
            sent_s = time.monotonic()
            write_frame(outgoing, {"share": share}, b"")

    return send


def _serve(place: str, requests: SimpleQueue[_Request], outgoing: BinaryIO) -> None:
    engine: Any = None
    while True:
        request, body = requests.get()
        try:
            import numpy as np

            engine = engine or load_reader(place)()  # type: ignore[call-arg]
            pixels = np.frombuffer(body, dtype=np.uint8).reshape(request["height"], request["width"], 3)
            with telling_shares(_sender(outgoing)):
                reply: Header = {"words": engine.read(pixels).model_dump_json()}
        except Exception as error:
            reply = failure(error)
        write_frame(outgoing, reply, b"")
