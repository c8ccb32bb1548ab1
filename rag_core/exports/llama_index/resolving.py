"""Code that makes the final hits of the nodes that were retrieved: their chunks, or spans of neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.setting import Setting
from rag_core.parts.reference.windows import MAX_GAP

_SCHEMA = "from llama_index.core.schema import NodeWithScore"

RESOLVED = Code(
    imports=("from llama_index.core.retrievers import BaseRetriever",),
    functions='''\
class Resolved(BaseRetriever):
    """Hands on what the hits of a retriever are resolved to."""

    def __init__(self, retriever, resolve):
        self._retriever, self._resolve = retriever, resolve
        super().__init__()

    def _retrieve(self, query_bundle):
        return self._resolve(self._retriever.retrieve(query_bundle))
''',
    lines="retriever = Resolved(retriever, resolve)\n",
)
_CHUNKS = Code(lines="resolve = list  # each hit is a chunk\n")
_PARENTS = Code(
    imports=(_SCHEMA,),
    functions='''\
class ChunksOfHits:
    """The chunks that hits refer to, each once, with the score of its best hit.

    LlamaIndex's RecursiveRetriever turns a score of exactly 0.0, as BM25 often gives, into 1.0.
    """

    def __init__(self, chunks):
        self._chunk_by_id = {chunk.node_id: chunk for chunk in chunks}

    def __call__(self, hits):
        scores = {}
        for hit in hits:
            scores.setdefault(hit.node.index_id, hit.score)
        return [NodeWithScore(node=self._chunk_by_id[node_id], score=score) for node_id, score in scores.items()]
''',
    lines="resolve = ChunksOfHits(chunks)\n",
)
_SPANS = Code(
    imports=(_SCHEMA, "from llama_index.core.schema import TextNode"),
    constants={"MAX_GAP": MAX_GAP},
    functions='''\
class SpansOfHits:
    """The spans of chunks that hits make where neighbours join, also across MAX_GAP chunks between them."""

    def __init__(self, text, chunks):
        self._text, self._chunks = text, chunks
        self._places = {chunk.node_id: i for i, chunk in enumerate(chunks)}

    def __call__(self, hits):
        runs = []
        for place, score in sorted((self._places[hit.node_id], hit.score) for hit in hits):
            if runs and place - runs[-1][-1][0] <= MAX_GAP + 1:
                runs[-1].append((place, score))
            else:
                runs.append([(place, score)])
        return sorted(map(self._span, runs), key=lambda span: -span.score)

    def _span(self, run):
        chunks = [self._chunks[place] for place, _ in run]
        text = self._text[chunks[0].start_char_idx : max(chunk.end_char_idx for chunk in chunks)]
        return NodeWithScore(node=TextNode(text=text), score=max(score for _, score in run))
''',
    lines="resolve = SpansOfHits(text, chunks)\n",
    own="spans joined from neighbours",
)
_SPANS_BY_HEIGHT = {
    "-span.score": "-height(span.score)",
    "max(score for _, score in run)": "max((score for _, score in run), key=height)",
}
_HEIGHT = Code(
    imports=("import math",),
    functions='''\
def height(score):
    """A number that ranks what has no score below all that has one."""
    return -math.inf if score is None else score
''',
)
_RECURSIVE = Code(
    imports=("from llama_index.core.retrievers import RecursiveRetriever",),
    lines="""\
# RecursiveRetriever turns a score of exactly 0.0 into 1.0 (run-llama/llama_index#22904).
chunk_by_id = {chunk.node_id: chunk for chunk in chunks}
retriever = RecursiveRetriever("vector", retriever_dict={"vector": retriever}, node_dict=chunk_by_id)
""",
)
_OWN_PARENTS = Code(needs=(_PARENTS, RESOLVED))


def resolve_code(setting: Setting) -> Code:
    """The line that makes `resolve`, which makes the final hits of hits, best first; a reference may write its own."""
    if setting.resolving == "spans":
        return by_height(_SPANS, setting, _SPANS_BY_HEIGHT)
    return {"chunks": _CHUNKS, "parents": _PARENTS, "own": Code()}[setting.resolving]


def by_height(code: Code, setting: Setting, changes: Mapping[str, str]) -> Code:
    """The code, with the changes by which it compares scores by `height` where some hits may have none."""
    if not (setting.reranks or setting.unscored):
        return code
    functions = code.functions
    for by_score, changed in changes.items():
        functions = functions.replace(by_score, changed)
    return replace(code, functions=functions, needs=(*code.needs, _HEIGHT))


def parents_code(setting: Setting) -> Code:
    """The line that makes `retriever` return the chunks that its hits refer to, each once."""
    return _OWN_PARENTS if setting.by_scores else _RECURSIVE
