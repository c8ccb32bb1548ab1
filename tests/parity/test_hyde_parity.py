"""HyDE finds what LlamaIndex's HyDEQueryTransform finds with a vector store: the mean of the vectors is compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rag_core import compare, preset
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from tests.fakes.llama_index_llm import ScriptedLLM
from tests.fakes.scripted import Scripted
from tests.parity.agreement import PLAIN_TEXT, SCORE_TOLERANCE

PASSAGE = "Frost in spring kills blossom, so that bees find no nectar and must be fed with sugar."
QUESTION = "Why were the bees fed?"


@pytest.mark.parametrize("include_original", [True, False])
def test_the_hits_of_a_vector_store(
    include_original: bool, text_document: Callable[..., Document], embed_model: Any, model_vectors: Vectors
) -> None:
    from llama_index.core import VectorStoreIndex
    from llama_index.core.indices.query.query_transform import HyDEQueryTransform
    from llama_index.core.schema import TextNode

    document = text_document("\n\n".join(PLAIN_TEXT))
    spec = "hyde:chunker.chunk_tokens=40,chunker.overlap_tokens=0,search.pooling=per_chunk,budget.hits=50"
    strategy = preset(f"{spec},query.include_original={str(include_original).lower()}")
    ours = Scripted(lambda _: PASSAGE, identity=f"hyde parity {include_original}")
    [column] = compare([document], QUESTION, [strategy], vectors=model_vectors, llm=ours).columns

    theirs = ScriptedLLM(script=lambda _: PASSAGE)
    hyde = HyDEQueryTransform(llm=theirs, include_original=include_original)
    nodes = [TextNode(text=hit.text) for hit in sorted(column.hits, key=lambda hit: hit.start)]
    index = VectorStoreIndex(nodes, embed_model=embed_model)
    found = index.as_retriever(similarity_top_k=len(nodes)).retrieve(hyde.run(QUESTION))
    assert len(column.hits) == 5
    assert [hit.text for hit in column.hits] == [hit.text for hit in found]
    assert [hit.score for hit in column.hits] == pytest.approx([hit.score for hit in found], abs=SCORE_TOLERANCE)
    assert theirs.prompts == ours.prompts
