"""Defects of LlamaIndex that Chunkscope does not have; each test fails when a new version fixes it.

* QueryFusionRetriever adds up the scores of equal texts, scales over the hits of each retriever instead of over all
  entries, and counts ranks from 0 in reciprocal rank fusion; our programs therefore fuse by themselves.
* RecursiveRetriever treats a score of exactly 0.0 as missing and shows 1.0 (run-llama/llama_index#22904).
* get_nodes_from_documents reduces TokenTextSplitter's size by two tokens for metadata, even if there is none; our
  programs therefore call split_text.
* BaseRetriever.retrieve drops the second of two hits with the same id, so k hits can become fewer; our programs
  therefore create a separate node per hit.
* start_char_idx is computed with str.find, which gives a wrong position in repetitive text; our programs with late
  pooling therefore compute positions themselves.
* If only white space follows a chunk, splitters return the end of the chunk again as another chunk.
"""

import pytest
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter, TokenTextSplitter
from llama_index.core.retrievers import QueryFusionRetriever, RecursiveRetriever
from llama_index.core.schema import Document, IndexNode, NodeWithScore, TextNode

from rag_core.parts.chunker.sentence import SentenceChunker
from rag_core.parts.chunker.token import TokenChunker
from tests.resources import RESOURCES


class Fixed(BaseRetriever):
    """A retriever that always returns the same hits."""

    def __init__(self, hits):
        self._hits = hits
        super().__init__()

    def _retrieve(self, query_bundle):
        return self._hits


def test_recursive_retriever_turns_zero_into_one():
    chunk = TextNode(text="chunk")
    found = Fixed([NodeWithScore(node=IndexNode(text="child", index_id=chunk.node_id), score=0.0)])
    recursive = RecursiveRetriever("vector", retriever_dict={"vector": found}, node_dict={chunk.node_id: chunk})
    assert [hit.score for hit in recursive.retrieve("?")] == [1.0]


def test_the_token_splitter_reserves_tokens_for_missing_metadata():
    splitter, text = TokenTextSplitter(chunk_size=20, chunk_overlap=0), "word " * 100
    nodes = splitter.get_nodes_from_documents([Document(text=text)])
    assert [len(node.text.split()) for node in nodes][:2] == [18, 18]
    assert [len(piece.split()) for piece in splitter.split_text(text)][:2] == [20, 20]


def test_a_second_hit_of_the_same_chunk_is_dropped():
    chunk = TextNode(text="chunk")
    hits = [NodeWithScore(node=chunk, score=0.9), NodeWithScore(node=chunk, score=0.8)]
    assert len(Fixed(hits).retrieve("?")) == 1


def test_chunks_of_a_repetitive_text_get_offsets_at_its_beginning():
    text = "Bees make honey. " * 100
    nodes = SentenceSplitter(chunk_size=48, chunk_overlap=0).get_nodes_from_documents([Document(text=text)])
    assert "".join(node.text for node in nodes).count("Bees") == 100
    assert nodes[-1].end_char_idx < len(text) / 2


@pytest.mark.parametrize(
    ("ours", "theirs", "text"),
    [
        (TokenChunker, TokenTextSplitter, "w0 w1 w2. w3 w4           w5 w6. w7 "),
        (SentenceChunker, SentenceSplitter, "w0. w1" + "\n" * 23 + "w2. w3. w4. w5\n\n\n\n\n\n"),
    ],
)
def test_splitters_repeat_a_chunk_before_white_space(ours, theirs, text, text_document):
    repeated = theirs(chunk_size=16, chunk_overlap=15).split_text(text)
    spans = ours(chunk_tokens=16, overlap_tokens=15).chunk(text_document(text), RESOURCES)
    assert len(set(repeated)) < len(repeated), "all words of the text differ, so a chunk is repeated"
    assert [text[start:end] for start, end in spans] == list(dict.fromkeys(repeated))


def fused(mode, *rankings):
    """The texts and scores that QueryFusionRetriever makes of the hits of several retrievers, from best to worst."""
    retrievers = [Fixed([NodeWithScore(node=node, score=score) for node, score in ranking]) for ranking in rankings]
    fusion = QueryFusionRetriever(
        retrievers, llm=MockLLM(), mode=mode, num_queries=1, similarity_top_k=9, use_async=False
    )
    return [(hit.text, round(hit.score, 5)) for hit in fusion.retrieve("?")]


def test_fusion_adds_up_equal_texts():
    twins = [TextNode(text="same"), TextNode(text="same"), TextNode(text="other")]
    scores = [(twins[0], 0.5), (twins[1], 0.5), (twins[2], 0.6), (TextNode(text="worst"), 0.1)]
    assert fused("relative_score", scores)[0] == ("same", 1.6)


def test_rank_fusion_counts_from_zero():
    node = TextNode(text="only")
    assert fused("reciprocal_rerank", [(node, 0.5)], [(node, 3.0)]) == [("only", round(2 / 60, 5))]
