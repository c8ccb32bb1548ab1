"""The text that a language model wrote, as stored in the cache, and the answer made from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from rag_core.answers.support import judged
from rag_core.cache import key_of
from rag_core.documents.document import Document
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel, Usage
from rag_core.llms.prices import cost_usd
from rag_core.stages.results import Answer, AnswerSentence, AnswerUsage, Citation, Hit, Result

T = TypeVar("T")
_VERSION = 1  # of the calls that the answer modes make; increase it when they change


class Written(Result):
    """The text of an answer with its usage and times, as in Answer; citations and support are computed from it."""

    text: str
    notes: list[str]
    usage: Usage
    first_token_ms: float | None
    total_ms: float
    cut: bool


def written_key(question: str, strategy: str, hits: Sequence[Hit], llm: ChatModel) -> str:
    """The cache key of an answer, made of everything that determines it; `strategy` is the strategy's JSON."""
    asked = (question, llm.identity, llm.context_setting, llm.answer_tokens, strategy)
    return key_of("answer", _VERSION, *asked, *(f"{hit.rank} {hit.text}" for hit in hits))


def answer_of(
    written: Written,
    mode: str,
    hits: Sequence[Hit],
    documents: Sequence[Document],
    llm: ChatModel,
    *,
    from_cache: bool = False,
    stopped: bool = False,
) -> Answer:
    """The answer with its citations, the support of its sentences, and its cost.

    If support or cost cannot be determined, a note says so instead of an error, since the text itself is complete.
    """
    problems: list[str] = []
    nothing: tuple[list[AnswerSentence], list[Citation]] = ([], [])
    judge = partial(judged, written.text, hits, documents)
    sentences, citations = _tried(judge, nothing, "Whether the hits support the answer was not checked.", problems)
    cost = _tried(partial(cost_usd, llm, written.usage), None, "The cost is unknown.", problems)
    return Answer(
        text=written.text,
        citations=citations,
        model=llm.model,
        mode=mode,
        sentences=sentences,
        usage=AnswerUsage(**written.usage._asdict(), cost_usd=cost),
        first_token_ms=written.first_token_ms,
        total_ms=written.total_ms,
        notes=[*written.notes, *problems],
        from_cache=from_cache,
        stopped=stopped,
        cut=written.cut,
    )


def _tried(find: Callable[[], T], otherwise: T, lacking: str, problems: list[str]) -> T:
    try:
        return find()
    except UserError as error:
        problems.append(f"{lacking} {error}")
        return otherwise
