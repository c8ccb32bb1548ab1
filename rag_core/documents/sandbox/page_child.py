"""The child process that keeps a PDF open: takes the file first, then draws pages for as long as somebody asks."""

from __future__ import annotations

import os
import re
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

from rag_core.documents.limits import Limits
from rag_core.documents.sandbox.child import failure, lock_down, private_output
from rag_core.documents.sandbox.frames import Header, read_frame, read_header, write_frame

_MAX_REQUEST = 10_000  # bytes


def main() -> None:
    """Serve until standard input closes; a reply follows each request, in order."""
    incoming, outgoing = sys.stdin.buffer, private_output()
    header, size = read_header(incoming, sys.maxsize)
    lock_down(Limits(*header["limits"]))
    data = incoming.read(size)
    requests: SimpleQueue[Header] = SimpleQueue()
    threading.Thread(target=_listen, args=(incoming, requests), daemon=True).start()
    _serve(data, header["password"], requests, outgoing)


def _listen(incoming: BinaryIO, requests: SimpleQueue[Header]) -> None:
    """Pass requests on; exit at once, even while a page is drawn, when the parent is gone."""
    try:
        while True:
            requests.put(read_frame(incoming, _MAX_REQUEST)[0])
    finally:
        os._exit(0)


def _serve(data: bytes, password: str | None, requests: SimpleQueue[Header], outgoing: BinaryIO) -> None:
    pages = None
    while True:
        request = requests.get()
        try:
            from rag_core.documents.pdf.drawing import OpenPages

            pages = pages or OpenPages(data, password)
            width, height, body = pages.draw(request["page"], request["width_px"])
            reply: Header = {"width": width, "height": height, "peak_mb": _peak_mb()}
        except Exception as error:
            reply, body = failure(error), b""
        write_frame(outgoing, reply, body)


def _peak_mb() -> float:
    """The most memory that this process has had resident; 0 where the platform does not say.

    What `resource` says of it includes what the parent had when it started this process.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:  # not Linux
        return 0.0
    found = re.search(r"^VmHWM:\s*(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0
