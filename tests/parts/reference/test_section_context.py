"""The reference `section_context`: what is indexed with a chunk, and what of it counts."""

from __future__ import annotations

import numpy as np
import pytest

from rag_core import compare, preset
from rag_core.documents import Document
from rag_core.documents.sections import section_path
from rag_core.parts.reference.section_context import SectionContext
from rag_core.pipeline.build import build, resources_for
from rag_core.text.tokenizers import get_tokenizer

BODY = "It turns all day long in the water of the river, and the miller sits beside it in the shade."
TEXT = f"{BODY}\n\n# Zanzibar\n\n{BODY}\n\n## Quarterly wheel\n\n{BODY}\n\n# Madagascar\n\n{BODY}\n"


def entries(text: str, **fields):
    document = Document.from_text(text)
    strategy = preset("section_context:chunker.kind=atoms,chunker.chunk_tokens=48")
    chunks = strategy.chunker.chunk(document, None)
    return document, SectionContext(**fields).entries(document, chunks, None)


def test_a_chunk_has_the_headings_above_it_as_context_and_itself_as_text():
    document, found = entries(TEXT)
    for entry in found:
        expected = [span for span in section_path(document, entry.chunk.start) if span.start < entry.chunk.start]
        assert list(entry.context) == expected
        assert entry.text(document) == document.text[slice(*entry.chunk)]
    [last] = [entry for entry in found if entry.chunk.start == document.text.rindex(BODY)]
    assert last.indexed_text(document) == f"Madagascar\n{BODY}"


def test_long_paths_lose_their_outermost_headings_first():
    text = "".join(f"{'#' * level} Heading number {level} of them\n\n" for level in range(1, 7)) + BODY
    document, found = entries(text, heading_tokens=16)
    words = [document.text[slice(*span)] for span in found[-1].context]
    assert words == ["Heading number 5 of them", "Heading number 6 of them"]
    assert sum(map(get_tokenizer("cl100k").count, words)) <= 16


def test_of_one_endless_heading_the_beginning_is_indexed():
    document, found = entries(f"# {'endless words ' * 40}\n\n{BODY}", heading_tokens=16)
    [span] = found[-1].context
    words = document.text[slice(*span)]
    assert words.startswith("endless words")
    assert get_tokenizer("cl100k").count(words) <= 16


@pytest.mark.parametrize("search", ["bm25", "dense", "hybrid"])
@pytest.mark.parametrize("pooling", ["late", "per_chunk", "mean"])
def test_the_headings_count_in_every_search_and_are_not_shown(search, pooling, model_vectors):
    if search == "bm25" and pooling != "late":
        pytest.skip("BM25 uses no vectors")
    spec = f"section_context:search.kind={search},chunker.kind=atoms,chunker.chunk_tokens=48,budget.hits=2"
    spec += f",search.pooling={pooling}" if search != "bm25" else ""
    document = Document.from_text(TEXT)
    [column] = compare([document], "Madagascar", [preset(spec)], vectors=model_vectors).columns
    texts = [hit.text for hit in column.hits]
    assert BODY in texts
    best = next(hit for hit in column.hits if hit.text == BODY)
    assert best.start == TEXT.rindex(BODY)
    assert best.section == ["Madagascar"]


def test_a_late_vector_is_the_mean_over_headings_and_chunk(model_vectors):
    document = Document.from_text(TEXT)
    strategy = preset("section_context:search.kind=dense,chunker.kind=atoms")
    resources = resources_for(strategy, model_vectors)
    built = build(strategy, [document], resources)
    tokens = model_vectors.token_vectors.read(document, 50)
    for entry, row in zip(built.entries, built.vectors.to_arrays()["vectors"][0], strict=True):
        assert np.allclose(row, tokens.pool_groups([entry.read_spans()])[0], atol=1e-5)


def test_a_document_without_headings_is_named_in_the_column(model_vectors):
    document = Document.from_text("Words of no section. And more words.", name="plain.txt")
    [column] = compare([document], "words", [preset("section_context")], vectors=model_vectors).columns
    assert len([notice for notice in column.notices if "No headings were found in plain.txt" in notice]) == 2
