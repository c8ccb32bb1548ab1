"""Reads pages of a PDF by OCR: one process draws them, another one finds the words in the pictures."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from rag_core.documents.limits import Limits
from rag_core.documents.ocr.page_words import PageWords
from rag_core.documents.page_shares import share_read
from rag_core.documents.sandbox import failures
from rag_core.documents.sandbox.ocr_process import OCR_PROGRAM, OcrCrash, OcrProcess
from rag_core.documents.sandbox.page_drawer import PageDrawer
from rag_core.errors import PasswordNeeded, UserError

log = logging.getLogger(__name__)

_ENGINE = "rag_core.documents.ocr.engine:Engine"
_WIDTH_PX = 2000  # larger pictures than OCR looks at, for pages of any shape
_TEST_PX = 64  # the side of the blank picture that shows whether OCR works at all


class OcrFailed(UserError):
    """OCR does not work on this machine, whatever the page."""


class PageReader:
    """The pages of one PDF. A crash costs the page that provokes it: the next one has a fresh process."""

    def __init__(
        self, data: bytes, name: str, password: str | None, limits: Limits, program: str = OCR_PROGRAM
    ) -> None:
        self._drawer = PageDrawer(data, name, password)
        self._name, self._limits, self._program = name, limits, program
        self._process: OcrProcess | None = None

    def read(self, number: int) -> str:
        """The words on a page (numbers from 1): PageWords as JSON, which has a `problem` for a page that has none.

        Raises OcrFailed where OCR does not work at all, PasswordNeeded, and what `interrupts.check` raises.
        """
        try:
            header, pixels = self._drawer.draw(number, _WIDTH_PX, self._limits)
        except PasswordNeeded:
            raise
        except UserError as error:
            return PageWords(problem=str(error)).model_dump_json()
        while True:
            process = self._started()
            share_read(0.0)
            fresh = process.pages == 1  # the blank picture
            try:
                reply = process.read(header["width"], header["height"], pixels)
                words = PageWords.model_validate_json(reply["words"]) if "problem" not in reply else None
            except (OcrCrash, ValidationError, KeyError) as error:
                self._end()
                log.warning("page %s of %s could not be read by OCR: %s", number, self._name, error)
                if fresh:
                    problem = str(error) if isinstance(error, OcrCrash) else _MALFORMED
                    return PageWords(problem=problem).model_dump_json()
                continue
            if words is None:
                return PageWords(problem=str(failures.reported(self._name, reply, self._limits))).model_dump_json()
            return words.model_dump_json()

    def close(self) -> None:
        """End both processes."""
        self._end()
        self._drawer.retire()

    def _started(self) -> OcrProcess:
        """The process, which has read a blank picture before any page, so that a failure there is no page's fault."""
        if self._process is None:
            share_read(None)
            process = self._process = OcrProcess(_ENGINE, self._name, self._limits, self._program)
            try:
                reply = process.read(_TEST_PX, _TEST_PX, b"\xff" * (3 * _TEST_PX**2))
            except OcrCrash as error:
                self._end()
                raise OcrFailed(str(error)) from error
            if "problem" in reply:
                self._end()
                raise OcrFailed(_BROKEN.format(str(reply.get("message", "")).strip().rpartition("\n")[2][:300]))
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None


_MALFORMED = "the reply of OCR is malformed; see the log."
_BROKEN = "OCR does not work here: {} Install it again with the command that the page names."


@contextmanager
def page_reader(data: bytes, name: str, password: str | None, limits: Limits) -> Iterator[PageReader]:
    """A reader whose processes are gone at the end."""
    reader = PageReader(data, name, password, limits)
    try:
        yield reader
    finally:
        reader.close()
