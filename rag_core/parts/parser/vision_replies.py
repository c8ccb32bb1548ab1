"""Sends pictures of pages to a chat model that sees, and checks what it answers."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

from rag_core.documents.limits import current_limits
from rag_core.documents.sandbox.page_drawer import PageDrawer
from rag_core.documents.transcripts.cleaning import clean
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel, LlmError, Reply, collected
from rag_core.llms.retrying import with_retries
from rag_core.parts.parser.offer import PageFunction, ReadingFailed
from rag_core.servers.loop import run
from rag_core.stages.source import Source

_QUALITY = 85  # of JPEG
_REFUSED = (400, 404, 413, 415, 422)  # what servers answer to an image that they do not take
_NO_SIGHT = re.compile(r"image|mmproj|multi-?modal|vision", re.IGNORECASE)
_MAX_REFUSED = 3  # pages in a row, before any was read
# A prompt has at most this many tokens more than by our count: fewer with an image, and the image was ignored.
_TEXT_RATIO, _TEXT_MARGIN = 1.1, 40


class PageReply(NamedTuple):
    """What a model answered for a page, as it came; tokens where they are known."""

    text: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None

    def dumped(self) -> str:
        """As JSON, for the cache."""
        return json.dumps(self._asdict())

    @classmethod
    def loaded(cls, stored: str) -> PageReply:
        """From the cache."""
        return cls(**json.loads(stored))


@contextmanager
def asking(llm: ChatModel, source: Source, prompt: str, width_px: int, max_tokens: int) -> Iterator[PageFunction]:
    """Open the file, and give a function that has the model read one of its pages."""
    drawer = PageDrawer(source.data, source.name, source.password)
    asked = _Asked(llm, prompt, max_tokens)
    try:
        yield lambda page: asked.about(_picture(drawer, page, width_px)).dumped()
    finally:
        drawer.retire()


class _Asked:
    """The model and what it is asked about each picture; safe for several threads."""

    def __init__(self, llm: ChatModel, prompt: str, max_tokens: int) -> None:
        self._llm, self._prompt, self._max_tokens = llm, prompt, max_tokens
        self._prompt_tokens = llm.count_tokens(prompt)
        self._refused = 0
        self._lock = threading.Lock()

    def about(self, picture: bytes) -> PageReply:
        """The reply about a picture; one that is no transcript only where the model, asked again, gives no other.

        Raises UserError where the page may be asked about later, ReadingFailed where it is no use to ask at all.
        """
        reply = self._answer(picture)
        return reply if _is_transcript(reply) else self._answer(picture)

    def _answer(self, picture: bytes) -> PageReply:
        try:
            reply = run(with_retries(partial(self._reply, picture)))
        except LlmError as error:
            raise self._failure(error) from None
        self._refused = -1  # the model sees
        return self._checked(reply)

    async def _reply(self, picture: bytes) -> Reply:
        try:
            return await collected(self._llm.stream_about([picture], self._prompt, self._max_tokens))
        except LlmError as error:
            if (error.status or 0) >= 500 and _NO_SIGHT.search(str(error)):  # llama.cpp: no use in a retry
                raise LlmError(str(error), status=error.status) from None
            raise

    def _failure(self, error: LlmError) -> UserError:
        if error.fatal and error.status != 404:
            return ReadingFailed(str(error))
        refused = error.status in _REFUSED or ((error.status or 0) >= 500 and _NO_SIGHT.search(str(error)))
        if not refused:
            return UserError(str(error))
        sentence = (
            f"{str(error).rstrip('.')}. It did not take the picture of the page: choose a model that sees images, or "
            "lower parser.width_px."
        )
        with self._lock:
            self._refused += self._refused >= 0
            gives_up = error.fatal or self._refused >= _MAX_REFUSED
        return ReadingFailed(sentence) if gives_up else UserError(sentence)

    def _checked(self, reply: Reply) -> PageReply:
        usage = reply.usage
        if reply.cut:
            raise UserError(
                f"The transcript was cut after {self._max_tokens:,} tokens, and is not used: raise parser.page_tokens."
            )
        limit = _TEXT_RATIO * self._prompt_tokens + _TEXT_MARGIN
        if usage.prompt_tokens is not None and usage.prompt_tokens <= limit:
            raise ReadingFailed(
                f"{self._llm.name} counts {usage.prompt_tokens:,} tokens in the prompt, no more than its text has: it "
                "was not shown the picture of the page, and made its answer up. Choose a model that sees images."
            )
        return PageReply(reply.text, usage.prompt_tokens, usage.completion_tokens)


def _is_transcript(reply: PageReply) -> bool:
    try:
        clean(reply.text)
    except UserError:
        return False
    return True


def _picture(drawer: PageDrawer, page: int, width_px: int) -> bytes:
    from PIL import Image

    header, pixels = drawer.draw(page, width_px, current_limits())
    out = io.BytesIO()
    image = Image.frombuffer("RGB", (header["width"], header["height"]), pixels)
    image.save(out, format="JPEG", quality=_QUALITY, subsampling=0)
    return out.getvalue()
