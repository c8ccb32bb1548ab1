"""Sentence windows and auto-merging give what LlamaIndex's own parsers and retrievers give, and so do the programs."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from llama_index.core import StorageContext
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.node_parser import HierarchicalNodeParser, SentenceSplitter, SentenceWindowNodeParser
from llama_index.core.node_parser import get_leaf_nodes as leaves_of
from llama_index.core.postprocessor import MetadataReplacementPostProcessor
from llama_index.core.retrievers import AutoMergingRetriever
from llama_index.core.schema import Document as LlamaDocument
from llama_index.core.schema import NodeWithScore

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.parts.chunker.sentence import SentenceChunker
from rag_core.parts.reference.hierarchy import Hierarchy
from rag_core.parts.reference.sentence_window import SentenceWindow
from rag_core.stages.ranking import Scored
from rag_core.text.tokenizers import get_tokenizer
from tests.fakes.entries_only import built_of
from tests.parity.agreement import HANDBOOK_QUESTIONS, PLAIN_TEXT, Ask, assert_parity
from tests.resources import RESOURCES

PROGRAMS = [
    "sentence_window:search.pooling=per_chunk,budget.hits=4",
    "sentence_window",
    "sentence_window:reference.window_sentences=1,search.kind=hybrid,budget.kind=tokens,budget.tokens=400",
    "sentence_window:search.kind=bm25,budget.kind=distinct_parents,budget.hits=3",
    "sentence_window:search.pooling=per_chunk,rerank.kind=mmr,rerank.entries=3,budget.kind=all",
    "sentence_window:search.pooling=per_chunk,rerank.kind=mmr,rerank.entries=3,budget.kind=tokens,budget.tokens=500",
    "auto_merging:search.pooling=per_chunk",
    "auto_merging",
    "auto_merging:chunker.chunk_tokens=600,reference.level_tokens=200+60,budget.kind=tokens,budget.tokens=1200",
    "auto_merging:chunker.kind=recursive,chunker.chunk_tokens=300,reference.level_tokens=64,reference.merge_ratio=0.3,"
    "search.kind=hybrid,budget.kind=distinct_parents,search.entries=20",
]
ODD = [
    "",
    " ",
    "a" * 3000,
    "水獭睡觉。水獭吃海胆。",
    "One.\r\nTwo.\r\n\r\nThree?",
    "Same. " * 80,
    "🦦 Otters! 🦦 Play? (Yes.)",
]
ODD += ["\n".join(PLAIN_TEXT), "Dr. No vs. Fig. 3 e.g. here. Then?!?! 'So.' \"Quoted.\" End", "ﬁnd the oﬃce. ﬂee."]
TEXTS = st.lists(
    st.sampled_from(
        ["Otters hold hands. ", "Yes. ", "Is it so? ", "\n\n", "水獭。", "Fig. 2 shows e.g. this. ", "🦦! ", "a "]
    ),
    max_size=60,
).map("".join)
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("spec", PROGRAMS)
def test_programs_on_the_sample(spec: str, first_pages: Document, ask_program: Ask, vectors: Vectors) -> None:
    assert_parity(ask_program, spec, first_pages, HANDBOOK_QUESTIONS, vectors)


def without_spaces(text: str) -> str:
    return "".join(text.split())


def assert_same_windows(document: Document, size: int) -> None:
    nodes = SentenceWindowNodeParser.from_defaults(window_size=size).get_nodes_from_documents(
        [LlamaDocument(text=document.text)]
    )
    nodes = [node for node in nodes if node.get_content().strip()]
    reference = SentenceWindow(window_sentences=size)
    chunks = SentenceChunker(chunk_tokens=64, overlap_tokens=20).chunk(document, RESOURCES)
    entries = reference.entries(document, chunks, RESOURCES)
    assert [entry.text(document) for entry in entries] == [node.get_content().strip() for node in nodes]
    built = built_of([document], entries)
    replaced = MetadataReplacementPostProcessor("window").postprocess_nodes(
        [NodeWithScore(node=node, score=0.5) for node in nodes]
    )
    for number, theirs in enumerate(replaced):
        [found] = reference.resolve([Scored(number, 0.5)], built)
        ours = document.text[slice(*found.span)]
        assert without_spaces(ours) == without_spaces(theirs.node.get_content())
        assert found.score == 0.5


@given(text=TEXTS | st.sampled_from(ODD), size=st.integers(1, 6))
@example(text="", size=3)
@QUIET
def test_sentences_and_windows_are_llama_indexs(text: str, size: int, text_document: Callable[..., Document]) -> None:
    assert_same_windows(text_document(text), size)


@pytest.mark.parametrize("name", ["chunking/state_of_the_union.md", "chunking/wikitexts.md"])
def test_windows_of_real_texts(name: str, shared_data: Path, text_document: Callable[..., Document]) -> None:
    text = (shared_data / name).read_text("utf-8")[:60_000]
    assert_same_windows(text_document(text), 3)


class Given(BaseRetriever):
    """Hands on hits that are there already."""

    def __init__(self, hits: Sequence[NodeWithScore]) -> None:
        self._hits = hits
        super().__init__()

    def _retrieve(self, query_bundle: Any) -> list[NodeWithScore]:
        return list(self._hits)


class FilledOnce(AutoMergingRetriever):
    """LlamaIndex's, except that it does not fill in what is there already."""

    def _fill_in_nodes(self, nodes: list[NodeWithScore]) -> tuple[list[NodeWithScore], bool]:
        filled, _ = super()._fill_in_nodes(nodes)
        there = {one.node.node_id for one in nodes}
        kept = [one for one in filled if any(one is old for old in nodes) or one.node.node_id not in there]
        return kept, len(kept) > len(nodes)


class Merging:
    """Ours and LlamaIndex's auto-merging of the same document."""

    def __init__(self, document: Document, sizes: tuple[int, ...], overlap: int, ratio: float) -> None:
        tokenize = get_tokenizer(document.tokenizer)
        self.document, (top, *levels) = document, sizes
        splitters = {
            str(size): SentenceSplitter(
                chunk_size=size, chunk_overlap=overlap, tokenizer=lambda text: [0] * tokenize.count(text)
            )
            for size in sizes
        }
        parser = HierarchicalNodeParser.from_defaults(node_parser_ids=list(splitters), node_parser_map=splitters)
        nodes = parser.get_nodes_from_documents([LlamaDocument(text=document.text)])
        self.leaves = leaves_of(nodes)
        self.storage = StorageContext.from_defaults()
        self.storage.docstore.add_documents(nodes)
        self.reference = Hierarchy(level_tokens=tuple(levels), overlap_tokens=overlap, merge_ratio=ratio)
        chunks = SentenceChunker(chunk_tokens=top, overlap_tokens=overlap).chunk(document, RESOURCES)
        self.built = built_of([document], self.reference.entries(document, chunks, RESOURCES), chunks=[chunks])

    def ours(self, prefix: Sequence[tuple[int, float]]) -> list[tuple[str, float]]:
        found = self.reference.resolve([Scored(*one) for one in prefix], self.built)
        return [(self.document.text[slice(*one.span)], one.score) for one in found]

    def theirs(self, prefix: Sequence[tuple[int, float]], kind: type[AutoMergingRetriever] = FilledOnce) -> list[Any]:
        hits = [NodeWithScore(node=self.leaves[entry], score=score) for entry, score in prefix]
        merging = kind(Given(hits), self.storage, self.reference.merge_ratio)  # type: ignore[arg-type]
        return [(one.node.get_content(), one.score) for one in merging.retrieve("?")]


def assert_same_merges(merging: Merging, prefix: Sequence[tuple[int, float]]) -> None:
    ours, theirs = merging.ours(prefix), merging.theirs(prefix)
    assert [text for text, _ in ours] == [text for text, _ in theirs]
    assert [score for _, score in ours] == pytest.approx([score for _, score in theirs], abs=1e-9)


def random_prefix(rng: random.Random, entries: int) -> list[tuple[int, float]]:
    """Entries in falling order of score, some of them neighbours, as searches find them."""
    near = rng.sample(range(entries), rng.randint(1, entries))
    if rng.random() < 0.7:
        start = rng.randrange(entries)
        near = [i for i in range(start, min(start + rng.randint(1, 40), entries)) if rng.random() < 0.7] or [start]
        rng.shuffle(near)
    scores = sorted((rng.random() for _ in near), reverse=True)
    return list(zip(near, scores, strict=True))


@given(
    text=TEXTS.filter(str.strip) | st.sampled_from([text for text in ODD if text.strip()]),
    sizes=st.sampled_from([(64, 32, 16), (64, 16), (48, 48, 16), (128, 64, 32, 16)]),
    ratio=st.sampled_from([0.0, 0.3, 0.5, 0.9, 1.0]),
    seed=st.integers(0, 10**6),
)
@QUIET
def test_any_prefix_merges_as_with_llama_index(
    text: str, sizes: tuple[int, ...], ratio: float, seed: int, text_document: Callable[..., Document]
) -> None:
    merging = Merging(text_document(text * 3), sizes, 5, ratio)
    assert [entry.text(merging.document) for entry in merging.built.entries] == [
        leaf.get_content() for leaf in merging.leaves
    ]
    rng = random.Random(seed)
    for _ in range(5):
        assert_same_merges(merging, random_prefix(rng, len(merging.leaves)))


def test_prefixes_of_a_real_text_merge_as_with_llama_index(
    shared_data: Path, text_document: Callable[..., Document]
) -> None:
    text = (shared_data / "chunking" / "state_of_the_union.md").read_text("utf-8")
    merging = Merging(text_document(text), (2048, 512, 128), 20, 0.5)
    assert len(merging.leaves) == len(merging.built.entries) > 50
    rng, merged, filled = random.Random(7), 0, 0
    for _ in range(200):
        prefix = random_prefix(rng, len(merging.leaves))
        assert_same_merges(merging, prefix)
        found = merging.reference.resolve([Scored(*one) for one in prefix], merging.built)
        merged += any(one.children for one in found)
        filled += any(one.origins and one.children is None for one in found)
    assert merged > 50
    assert filled, "a chunk between two others is filled in"


def test_llama_index_counts_what_it_fills_in_twice(text_document: Callable[..., Document]) -> None:
    """Of two neighbours of a chunk, found before the chunk itself, it fills in that chunk once more."""
    merging = Merging(
        text_document(" ".join(f"Otter {number} holds the hand of {number + 1} in its sleep." for number in range(60))),
        (64, 16),
        0,
        0.5,
    )
    chunks = merging.built.chunks[0]
    leaves = {chunk: [i for i, e in enumerate(merging.built.entries) if e.chunk == chunk] for chunk in chunks}
    order = [*leaves[chunks[0]], *leaves[chunks[2]], *leaves[chunks[1]]]
    prefix = [(entry, 1 - number / 100) for number, entry in enumerate(order)]
    twice = merging.theirs(prefix, AutoMergingRetriever)
    assert len(merging.ours(prefix)) == len(merging.theirs(prefix)) == 3
    middle = next(score for text, score in merging.ours(prefix) if text == merging.document.text[slice(*chunks[1])])
    assert middle == pytest.approx(sum(dict(prefix)[entry] for entry in leaves[chunks[1]]) / len(leaves[chunks[1]]))
    theirs = next(score for text, score in twice if text == merging.document.text[slice(*chunks[1])])
    assert theirs != pytest.approx(middle)
