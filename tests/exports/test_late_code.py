"""A program with late pooling knows the offsets of each chunk, even in a repetitive text."""

from types import ModuleType

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from llama_index.core.node_parser import SentenceSplitter, TokenTextSplitter
from llama_index.core.schema import Document, TextNode

from rag_core.exports import llama_index_program
from rag_core.exports.llama_index.late import late_code
from rag_core.exports.llama_index.places import PLACE
from rag_core.geometry import Span
from rag_core.parts.chunker.sentence import SentenceChunker
from rag_core.parts.chunker.token import TokenChunker
from rag_core.strategy.specs import preset
from tests.exports.code_runner import program_of
from tests.resources import RESOURCES

PAIRS = [(SentenceChunker, SentenceSplitter), (TokenChunker, TokenTextSplitter)]
SENTENCE = "Bees make honey. "
WORDS = ["word", "Fig. 3", "ends here.", "and,", "so;", "y" * 60, "\u6587\u7ae0\u3002", "Why?", ""]
GAPS = [" ", " ", "  ", "\n", "\n\n\n", "\n\n\n  ", "\t", "", "\u00a0", " " * 30]
# Few different words and gaps, many of them: most texts repeat themselves.
TEXTS = st.tuples(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), st.sampled_from(GAPS)).flatmap(
    lambda made: st.lists(st.sampled_from([word + made[1] for word in made[0]]), max_size=150).map("".join)
)

each_pair = pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=["sentence", "token"])


def placed(ours, theirs, document, size, overlap):
    """Where the program says that LlamaIndex's chunks stand, each place once, and where ours do."""
    splitter = theirs(chunk_size=size, chunk_overlap=overlap)
    nodes = [TextNode(text=chunk) for chunk in splitter.split_text(document.text) if chunk]
    program_of(PLACE).place(nodes, splitter, document.text, 1000)
    spans = [(node.start_char_idx - 1000, node.end_char_idx - 1000) for node in nodes]
    assert [document.text[start:end] for start, end in spans] == [node.text for node in nodes]
    return list(dict.fromkeys(spans)), ours(chunk_tokens=size, overlap_tokens=overlap).chunk(document, RESOURCES)


@each_pair
@pytest.mark.parametrize(("size", "overlap"), [(48, 0), (48, 12), (50, 30), (100, 20), (16, 15)])
def test_chunks_of_a_sentence_that_repeats_itself(ours, theirs, size, overlap, text_document):
    theirs_stand, ours_stand = placed(ours, theirs, text_document(SENTENCE * 200), size, overlap)
    assert theirs_stand == ours_stand
    assert theirs_stand[0][0] == 0
    assert theirs_stand[-1][1] == len(SENTENCE * 200) - 1


@each_pair
@given(text=TEXTS, size=st.integers(16, 80), overlap=st.integers(0, 15))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_chunks_of_any_text(ours, theirs, text, size, overlap, text_document):
    theirs_stand, ours_stand = placed(ours, theirs, text_document(text), size, overlap)
    assert theirs_stand == ours_stand


def test_offsets_of_children_are_in_the_document(text_document):
    """Not in the chunk that they are cut from."""
    program = ModuleType("program")
    spec = "chunk_references:chunker.chunk_tokens=60,reference.child_tokens=20,reference.overlap_tokens=10"
    exec(llama_index_program(preset(f"{spec},search.pooling=late")), program.__dict__)
    text = SENTENCE * 100
    splitter = SentenceSplitter(chunk_size=60, chunk_overlap=20)
    chunks = splitter.get_nodes_from_documents([Document(text=text)])
    program.place(chunks, splitter, text)
    found = [(entry.start_char_idx, entry.end_char_idx) for entry in program.child_entries(chunks)]
    entries = preset(spec).reference.entries(text_document(text), [chunk_span(chunk) for chunk in chunks], None)
    assert found == [entry.span for entry in entries]


def chunk_span(chunk):
    return Span(chunk.start_char_idx, chunk.end_char_idx)


def test_a_span_without_tokens_has_no_vector():
    """LlamaIndex then embeds its text; a vector of zeros would have a score that is no number."""
    late = object.__new__(program_of(late_code(50)).LateVectors)
    late._starts, late._ends, late.vectors = np.array([0, 5]), np.array([4, 9]), np.eye(2, dtype=np.float16)
    assert late.embedding([(4, 5)]) is None
    assert late.vector([(4, 5)]).tolist() == [0, 0]
    assert late.embedding([(0, 4)]) == [1, 0]
    assert late.embedding([(0, 2), (8, 20)]) == pytest.approx([0.5**0.5, 0.5**0.5])
