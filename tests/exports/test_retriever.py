"""A strategy as a LlamaIndex retriever: the hits of the comparison, with stable ids."""

import pytest
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import MetadataMode

from rag_core import compare, preset
from rag_core.exports import to_llama_index
from rag_core.pipeline.enrichment import start_writing
from rag_core.strategy import preset_names
from tests.fakes.fake_model import FakeModel

TEXT = "\n\n".join(
    f"Paragraph {i} is about {thing}. It says a little more about {thing}, and then it ends."
    for i, thing in enumerate(["bees", "honey", "frost", "cherries", "sugar", "mites"])
)
SPEC = "chunk_references:chunker.chunk_tokens=40,reference.child_tokens=16,reference.overlap_tokens=0"


@pytest.mark.parametrize("spec", ["baseline:chunker.chunk_tokens=24", SPEC, SPEC + ",budget.kind=hits,budget.hits=6"])
def test_it_returns_the_hits_of_the_strategy(spec, text_document, model_vectors):
    document = text_document(TEXT)
    hits = compare([document], "What about honey?", [preset(spec)], vectors=model_vectors).columns[0].hits
    found = to_llama_index(preset(spec), [document], model_vectors).retrieve("What about honey?")
    assert [(f.text, f.score) for f in found] == [(hit.text, hit.score) for hit in hits]
    again = to_llama_index(preset(spec), [document], model_vectors).retrieve("What about honey?")
    assert [f.node_id for f in found] == [f.node_id for f in again]
    assert len({f.node_id for f in found}) == len(hits)


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_serves_a_query_engine(name, text_document, model_vectors):
    strategy, document, llm = preset(name), text_document(TEXT), FakeModel("retriever")
    if strategy.reference.written_texts:
        start_writing(strategy, [document], llm, model_vectors).wait()
    retriever = to_llama_index(strategy, [document], model_vectors, llm)
    assert isinstance(retriever, BaseRetriever)
    answer = RetrieverQueryEngine.from_args(retriever, llm=MockLLM()).query("What about honey?")
    hits = compare([document], "What about honey?", [strategy], vectors=model_vectors, llm=llm).columns[0].hits
    assert [(node.text, node.score) for node in answer.source_nodes] == [(hit.text, hit.score) for hit in hits]
    assert hits


def test_nodes_have_offsets_that_are_not_embedded(text_document, model_vectors):
    document = text_document(TEXT, "notes.txt")
    node = to_llama_index(preset("baseline"), [document], model_vectors).retrieve("What about frost?")[0].node
    assert document.text[node.metadata["start"] : node.metadata["end"]] == node.text
    assert (node.metadata["document"], node.metadata["pages"], node.ref_doc_id) == ("notes.txt", "1", document.id)
    assert node.get_content(MetadataMode.EMBED) == node.get_content(MetadataMode.LLM) == node.text
