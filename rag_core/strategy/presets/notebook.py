"""The retrievers of LlamaIndex's notebook on the Llama 2 paper."""

from __future__ import annotations

from rag_core.strategy.presets.preset import Preset, Publication

_GROUP = "LlamaIndex notebook"
_NOTEBOOK = Publication(
    "LlamaIndex: Recursive Retriever + Node References",
    "https://developers.llamaindex.ai/python/examples/retrievers/recursive_retriever_nodes",
)

PRESETS = (
    Preset(
        name="baseline",
        group=_GROUP,
        values={"reference": {"kind": "itself"}, "budget": {"kind": "hits", "hits": 2}},
        purpose="Retrieves the large chunks whose vectors are most similar to the question, as most tutorials do; "
        "compare the others with it.",
        fails="It fails where one sentence answers the question: a single vector for 1,024 tokens averages it with "
        "everything around it.",
        source=_NOTEBOOK,
    ),
    Preset(
        name="chunk_references",
        group=_GROUP,
        values={
            "reference": {"kind": "children", "child_tokens": (128, 256, 512), "overlap_tokens": 20},
            "budget": {"kind": "distinct_parents"},
        },
        purpose="Finds a detail by a small chunk and returns the large chunk around it, for its context.",
        fails="It fails where context is scarce, because a few words that match bring in 1,024 tokens, and where the "
        "ten best children belong to only one or two chunks.",
        source=_NOTEBOOK,
    ),
    Preset(
        name="metadata_references",
        group=_GROUP,
        values={
            "reference": {"kind": "metadata", "questions": 5},
            "search": {"kind": "dense", "entries": 2},
            "budget": {"kind": "distinct_parents"},
        },
        purpose="Finds chunks by a summary and by questions they answer, for questions in words other than the "
        "document's.",
        fails="It fails for details that the summary and the questions leave out, and without a language model it "
        "has only sentences and phrases of the chunk itself.",
        source=_NOTEBOOK,
    ),
)
