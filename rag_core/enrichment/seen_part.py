"""The part of a document that a language model sees with a chunk: all of it if its context window allows."""

from __future__ import annotations

import math
import re
from threading import Lock

from cachetools import LRUCache, cached

from rag_core.documents.document import Document
from rag_core.enrichment.sendable import as_utf8
from rag_core.geometry import Span
from rag_core.llms.answer_space import max_prompt_tokens
from rag_core.llms.base import ChatModel

_STEP_TOKENS = 256  # by which the space for a part differs, so that chunks of about one size see the same parts
_SHRINKS = 0.9  # of a part that has more tokens than the mean of the document suggests
_SPACE = re.compile(r"\s")


@cached(LRUCache(64), key=lambda llm, text: (llm.identity, text), lock=Lock())
def token_count(llm: ChatModel, text: str) -> int:
    """The model's count of the tokens in a text; those of recent texts are cached, since documents are long."""
    return llm.count_tokens(as_utf8(text))


def seen_part(document: Document, span: Span, other_tokens: int, llm: ChatModel) -> Span:
    """The whole document, if it fits the context window beside `other_tokens` of the prompt; else a part around `span`.

    Parts begin at every half of their length, and each chunk has the one in whose middle it stands. So neighbouring
    chunks see the same part, and prompts about them begin alike.
    """
    text = document.text
    space = _space(other_tokens, llm)
    tokens = token_count(llm, text)
    if tokens <= space:
        return Span(0, len(text))
    space -= space % _STEP_TOKENS if space > 2 * _STEP_TOKENS else 0
    length = max(math.floor(len(text) * space / tokens), 0)
    step = max(length // 2, 1)
    middle = (span.start + span.end) // 2
    start = min(max(round((middle - length / 2) / step), 0) * step, max(len(text) - length, 0))
    return _shrunk(text, Span(start, start + length), span, space, llm)


def _space(other_tokens: int, llm: ChatModel) -> int:
    """The tokens, as the model counts them here, that the prompt and the answer leave for the document."""
    return max(math.floor(max_prompt_tokens(llm) / llm.token_ratio) - other_tokens, 0)


def _shrunk(text: str, part: Span, span: Span, space: int, llm: ChatModel) -> Span:
    """The part, made smaller around the chunk until it fits, from a space to a space."""
    start, end = part
    while end > start and token_count(llm, text[start:end]) > space:
        length = math.floor((end - start) * _SHRINKS)
        middle = min(max((span.start + span.end) // 2, start + length // 2), end - (length + 1) // 2)
        start = middle - length // 2
        end = start + length
    first = _SPACE.search(text, start, end) if start else None
    return Span(first.end() if first else start, end)
