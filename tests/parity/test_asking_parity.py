"""Programs that ask a language model give the hits of the strategies, with the same prompts and the same replies."""

from __future__ import annotations

import re
from itertools import count
from typing import Any

import pytest

from rag_core import compare, preset
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from tests.fakes.llama_index_llm import ScriptedLLM
from tests.fakes.scripted import Scripted
from tests.parity.agreement import HANDBOOK_QUESTIONS, SCORE_TOLERANCE, program_of, retriever_of

SMALL = "chunker.chunk_tokens=150,chunker.overlap_tokens=0,search.pooling=per_chunk"
SPECS = [
    f"hyde:{SMALL}",
    f"hyde:{SMALL},query.include_original=false,budget.hits=5",
    f"hyde:{SMALL},query.hypotheses=2,reference.kind=children,reference.child_tokens=64",
    f"hyde:{SMALL},search.kind=hybrid,budget.hits=5",
    f"baseline:query.kind=multi_query,{SMALL},budget.hits=5",
    f"hybrid:query.kind=multi_query,query.generated_weight=0.5,{SMALL},budget.hits=5",
    f"baseline:query.kind=keywords,query.keywords=2,{SMALL},budget.hits=5",
    f"hybrid:query.kind=keywords,{SMALL},budget.hits=5",
    f"baseline:rerank.kind=llm,rerank.entries=7,rerank.chunks_per_call=3,{SMALL},budget.hits=9",
    f"chunk_references:rerank.kind=llm,{SMALL},reference.child_tokens=64",
    f"hybrid:query.kind=multi_query,rerank.kind=llm,{SMALL},budget.hits=4",
]
_names = count()


def reply(prompt: str) -> str:
    """A reply of the form that the prompt asks for, which depends on what it says."""
    if "Please write a passage" in prompt:
        return "A table that is cut in two loses the heads of its columns, and small chunks lose the context.\n"
    if "search queries" in prompt:
        return "Here are three queries:\n1. size of chunks\n2. tables in two chunks\n3. recall and precision"
    documents = re.findall(r"^Document (\d+):\n(.*)", prompt.partition("try this now")[2], re.MULTILINE)
    rated = [f"Doc: {number}, Relevance: {len(text) % 11}" for number, text in documents]
    return "\n".join([*rated[1:], "Doc: 0, Relevance: 9", f"Doc: {len(documents) + 4}, Relevance: 3"])


@pytest.mark.parametrize("spec", SPECS)
def test_on_the_sample(spec: str, first_pages: Document, embed_model: Any, model_vectors: Vectors) -> None:
    theirs = ScriptedLLM(script=reply)
    retriever = retriever_of(program_of(preset(spec), first_pages), first_pages, embed_model, theirs)
    ours = Scripted(reply, identity=f"asking parity {next(_names)}", context_tokens=100_000)
    for question in HANDBOOK_QUESTIONS:
        [column] = compare([first_pages], question, [preset(spec)], vectors=model_vectors, llm=ours).columns
        found = retriever.retrieve(question)
        assert column.hits
        assert [hit.text for hit in column.hits] == [hit.text for hit in found]
        scored = [(a.score, b.score) for a, b in zip(column.hits, found, strict=True) if a.score is not None]
        assert [a for a, _ in scored] == pytest.approx([b for _, b in scored], abs=SCORE_TOLERANCE)
    assert sorted(theirs.prompts) == sorted(ours.prompts)
