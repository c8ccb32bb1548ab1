"""The coverage computed from all spans at once equals a count token by token."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.pipeline.coverage import Coverage, coverage
from rag_core.stages.entries import Entry
from tests.fakes.tiny_model import TinyModel

TEXTS = st.text(alphabet="ab .,\n", max_size=40)
LIMITS = st.none() | st.integers(2, 12)


def spans_of(text):
    ends = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    return st.lists(ends.map(lambda pair: Span(*sorted(pair))), max_size=5)


@st.composite
def indexes(draw):
    texts = draw(st.lists(TEXTS, min_size=1, max_size=3))
    documents = [Document(str(number), "", "text", text, ()) for number, text in enumerate(texts)]
    chunks = [draw(spans_of(text)) for text in texts]
    covers = [(number, tuple(draw(spans_of(text)))) for number, text in enumerate(texts) for _ in range(3)]
    entries = [
        Entry(
            "chunk",
            Span(0, 0),
            quotes=spans,
            document=number,
            lead=draw(st.sampled_from(["", "", "a b", "a" + ".b" * 6])),
        )
        for number, spans in draw(st.permutations(covers))
    ]
    return documents, chunks, entries


def token_by_token(documents, chunks, entries, model, pooling):
    limited = pooling == "per_chunk" or any(entry.lead for entry in entries)
    limit = model.text_tokens
    in_chunks, read = set(), set()
    for number, document in enumerate(documents):
        starts = [(number, start) for start in model.tokenize(document.text).starts.tolist()]
        in_chunks |= {token for token in starts for span in chunks[number] if span.start <= token[1] < span.end}
        for entry in entries:
            if entry.document == number:
                shown = [token for span in entry.read_spans() for token in starts if span.start <= token[1] < span.end]
                before = model.tokenize(entry.lead).starts.tolist()
                alone = limited and limit is not None and (pooling == "per_chunk" or entry.lead)
                read |= set([*before, *shown][:limit][len(before) :] if alone else shown)
    return Coverage(len(in_chunks), None if limited and limit is None else len(in_chunks - read))


@given(index=indexes(), limit=LIMITS, pooling=st.sampled_from(["late", "per_chunk"]))
@example(index=([Document("", "", "text", "", ())], [[]], []), limit=4, pooling="per_chunk")
def test_coverage_equals_a_count_token_by_token(index, limit, pooling):
    model = TinyModel(token_limit=limit)
    found = coverage(*index, model, pooling)
    assert found == token_by_token(*index, model, pooling)
    assert not any(isinstance(count, np.integer) for count in found), "the counts must be serializable as JSON"
