"""What of a chunk is beyond the model's limit: exactly what the model does not read of it."""

from __future__ import annotations

import pytest

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.geometry import Span
from rag_core.pipeline.truncated import truncated_parts

WORDS = " ".join(f"otter {number}" for number in range(700))


def test_the_part_begins_after_the_tokens_that_the_model_reads(model_vectors: Vectors) -> None:
    model = model_vectors.model
    document = Document.from_text(WORDS)
    begin = WORDS.index("otter 9")
    short, long = Span(0, begin), Span(begin, len(WORDS))
    found = truncated_parts(document, [short, long], model)
    assert found is not None
    assert found[0] is None
    assert found[1] is not None
    assert found[1].end == long.end
    read = WORDS[long.start : found[1].start]
    assert model.text_tokens == len(model.tokenize(read).ids)


def test_a_chunk_of_exactly_the_limit_is_read_whole(model_vectors: Vectors) -> None:
    model = model_vectors.model
    assert model.text_tokens is not None
    document = Document.from_text("a " * (model.text_tokens + 1))
    limit = 2 * model.text_tokens
    assert truncated_parts(document, [Span(0, limit)], model) == [None]
    assert truncated_parts(document, [Span(0, limit + 1)], model) == [Span(limit, limit + 1)]


@pytest.mark.parametrize(("first", "last"), [("tions are rec", None), ("tinguish", "unmista"), ("stand", None)])
def test_of_a_chunk_that_cuts_a_word_the_tokens_are_those_that_it_has_alone(
    model_vectors: Vectors, first: str, last: str | None
) -> None:
    model = model_vectors.model
    sentence = "Misunderstandings and expectations are recorded as unmistakable and distinguishable items. "
    text = sentence * 60
    begin = text.index(first, len(sentence))
    end = len(text) if last is None else text.rindex(last) + len(last)
    [part] = truncated_parts(Document.from_text(text), [Span(begin, end)], model) or [None]
    assert part is not None
    starts = model.tokenize(text[begin:end]).starts
    assert part == Span(begin + int(starts[model.text_tokens]), end)
