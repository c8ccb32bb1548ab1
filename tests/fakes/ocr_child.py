"""A process in the place of OCR: reads a word in any picture, and misbehaves as its argument says."""

from __future__ import annotations

import os
import sys

from rag_core.documents.sandbox.frames import read_frame, write_frame

WORDS = '{"lines": [[["word", 0.9, false, 0.1, 0.1, 0.2, 0.2]]]}'


def main(behaviour: str, state: str) -> None:
    """`state` is a file to which each process adds a line when it starts."""
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    with open(state, "a", encoding="utf-8") as file:
        file.write("started\n")
    read_frame(incoming, 10**9)
    pictures = 0
    while True:
        read_frame(incoming, 10**9)
        pictures += 1
        if behaviour == "never works":
            write_frame(outgoing, {"problem": "bug", "message": "ImportError: no libGL"}, b"")
        elif (behaviour == "crashes on pages" and pictures > 1) or (behaviour == "crashes once" and pictures == 3):
            os._exit(3)
        elif behaviour == "lies" and pictures > 1:
            write_frame(outgoing, {"words": '{"lines": [[["word", 9, false, 0, 0, 0, 0]]]}'}, b"")
        elif behaviour == "hangs" and pictures > 1:
            read_frame(incoming, 10**9)
        else:
            for share in (0.25, 0.75, "lots", 1e9) if behaviour == "tells" else ():
                write_frame(outgoing, {"share": share}, b"")
            write_frame(outgoing, {"words": WORDS}, b"")
