"""Re-ranking by a language model: batches, chunks with several entries, what follows, and what is said."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

import pytest

from rag_core import compare, preset
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.llms.base import LlmError
from rag_core.pipeline.results import Column
from tests.fakes.scripted import Scripted

SENTENCES = [f"Otters of the river number {i} eat {food}." for i, food in enumerate(("crabs", "fish", "eels") * 3)]
SMALL = "chunker.kind=sentence,chunker.chunk_tokens=16,chunker.overlap_tokens=0"
QUESTION = "What do otters eat?"
_names = count()


def by_digit(prompt: str) -> str:
    """Rates each chunk by its number, from the last: 0 for that of river 0, which is left out of the list."""
    listed = re.findall(r"Document (\d+):\n\D*(\d)", prompt.partition("try this now")[2])
    return "\n".join(f"Doc: {number}, Relevance: {digit}" for number, digit in listed if digit != "0") or "None."


def column_of(document: Document, vectors: Vectors, spec: str, script: Callable[[str], str] = by_digit) -> Column:
    llm = Scripted(script, identity=f"reranking {next(_names)}", context_tokens=100_000)
    [column] = compare([document], QUESTION, [preset(spec)], vectors=vectors, llm=llm).columns
    return column


@pytest.fixture
def document(text_document: Callable[..., Document]) -> Document:
    return text_document("\n\n".join(SENTENCES))


@pytest.mark.parametrize("chunks_per_call", [1, 2, 4, 50])
def test_batches_rank_as_one(document: Document, model_vectors: Vectors, chunks_per_call: int) -> None:
    spec = f"baseline:{SMALL},rerank.kind=llm,rerank.entries=9,rerank.chunks_per_call={chunks_per_call},budget.hits=9"
    column = column_of(document, model_vectors, spec)
    assert [hit.score for hit in column.hits] == [8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert [hit.text for hit in column.hits] == SENTENCES[::-1]
    assert len(column.model_calls) == -(-9 // chunks_per_call)
    assert {call.stage for call in column.model_calls} == {"rerank"}


def test_entries_beyond_follow_without_a_score(document: Document, model_vectors: Vectors) -> None:
    plain = column_of(document, model_vectors, f"baseline:{SMALL},budget.hits=9")
    column = column_of(document, model_vectors, f"baseline:{SMALL},rerank.kind=llm,rerank.entries=4,budget.hits=9")
    assert [hit.text for hit in column.hits[4:]] == [hit.text for hit in plain.hits[4:]]
    assert [hit.score for hit in column.hits[4:]] == [None] * 5
    assert all("rerank" not in hit.scores for hit in column.hits[4:])


def test_a_chunk_with_several_entries_is_judged_once(document: Document, model_vectors: Vectors) -> None:
    spec = "chunk_references:chunker.chunk_tokens=24,chunker.overlap_tokens=0,reference.child_tokens=16"
    column = column_of(
        document,
        model_vectors,
        f"{spec},reference.overlap_tokens=0,search.entries=50,rerank.kind=llm,rerank.entries=50",
    )
    judged = [text for call in column.model_calls for text in re.findall(r"river number \d", call.prompt)]
    assert judged
    assert len(judged) == len(set(judged))


def test_equal_relevances_keep_the_order_of_the_search(document: Document, model_vectors: Vectors) -> None:
    plain = column_of(document, model_vectors, f"baseline:{SMALL},budget.hits=9")
    spec = f"baseline:{SMALL},rerank.kind=llm,budget.hits=9"
    column = column_of(document, model_vectors, spec, lambda _: "I cannot say.")
    assert [hit.text for hit in column.hits] == [hit.text for hit in plain.hits]
    assert column.notices == [
        "Of the relevances by the language model: no document is named as asked for, so that the relevance of all 9 "
        "is 0."
    ]


def test_a_prompt_that_is_too_long_names_the_remedy(document: Document, model_vectors: Vectors) -> None:
    llm = Scripted(by_digit, identity=f"reranking {next(_names)}", context_tokens=220)
    strategy = preset(f"baseline:{SMALL},rerank.kind=llm")
    [column] = compare([document], QUESTION, [strategy], vectors=model_vectors, llm=llm).columns
    assert re.match(
        r"The prompt for the relevance of 9 chunks has \d+ tokens, and the context window", column.error or ""
    )
    assert "lower rerank.chunks_per_call or chunker.chunk_tokens" in (column.error or "")
    assert llm.prompts == []


def test_calls_that_ended_before_one_failed_are_shown_and_cached(document: Document, model_vectors: Vectors) -> None:
    def script(prompt: str) -> object:
        fails = "number 8" in prompt and not repaired
        return [LlmError("On fire.")] if fails else by_digit(prompt)

    repaired: list[bool] = []
    llm = Scripted(script, identity=f"reranking {next(_names)}", context_tokens=100_000)  # type: ignore[arg-type]
    strategy = preset(f"baseline:{SMALL},rerank.kind=llm,rerank.chunks_per_call=1,budget.hits=9")
    [failed] = compare([document], QUESTION, [strategy], vectors=model_vectors, llm=llm).columns
    assert failed.error == "On fire."
    repaired.append(True)
    [column] = compare([document], QUESTION, [strategy], vectors=model_vectors, llm=llm).columns
    cached = sum(call.from_cache for call in column.model_calls)
    assert cached >= len(failed.model_calls)
    assert len(column.hits) == 9
