"""Retrievers that a budget wraps around the search's `retriever`."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code

PARENTS = Code(
    imports=("from llama_index.core.retrievers import RecursiveRetriever",),
    lines="""\
# RecursiveRetriever turns a score of exactly 0.0 into 1.0 (run-llama/llama_index#22904).
chunk_by_id = {chunk.node_id: chunk for chunk in chunks}
retriever = RecursiveRetriever("vector", retriever_dict={"vector": retriever}, node_dict=chunk_by_id)
""",
)

CHUNK_OF_EACH_HIT = '''\
class ChunkOfEachHit(BaseRetriever):
    """Hands on the chunk that each hit refers to, also where two hits refer to the same."""

    def __init__(self, retriever, chunks):
        self._retriever = retriever
        self._chunk_by_id = {chunk.node_id: chunk for chunk in chunks}
        super().__init__()

    def _retrieve(self, query_bundle):
        hits = self._retriever.retrieve(query_bundle)
        # A node of its own for each hit: LlamaIndex drops a second hit with the same id.
        chunks = [TextNode(text=self._chunk_by_id[hit.node.index_id].text) for hit in hits]
        return [NodeWithScore(node=chunk, score=hit.score) for chunk, hit in zip(chunks, hits, strict=True)]
'''

FIRST_HITS = '''\
class FirstHits(BaseRetriever):
    """Hands on the first hits of a retriever that ranks them all."""

    def __init__(self, retriever):
        self._retriever = retriever
        super().__init__()

    def _retrieve(self, query_bundle):
        return self._retriever.retrieve(query_bundle)[:HITS]
'''

FIRST_TOKENS = r'''class FirstTokens(BaseRetriever):
    """Hands on hits until the context is full; the last one is cut at a sentence end."""

    def __init__(self, retriever):
        self._retriever = retriever
        super().__init__()

    def _retrieve(self, query_bundle):
        taken, left = [], CONTEXT_TOKENS
        for hit in self._retriever.retrieve(query_bundle):
            text = hit.node.get_content()
            used = len(tokenize(text))
            if used > left:
                head = cut(text, left, at_any_word=not taken)
                return taken + ([NodeWithScore(node=TextNode(text=head), score=hit.score)] if head else [])
            taken.append(hit)
            left -= used
        return taken


def cut(text, most_tokens, at_any_word):
    """The longest head of the text that fits and ends with a sentence, or if need be with a word or within one."""
    words = [match.start() for match in re.finditer(r"(?<=\S)\s", text)]
    places = [words, range(1, len(text))] if at_any_word else []
    for ends in [[end for _, end in sentences(text)], *places]:
        fitting = bisect_right(ends, most_tokens, key=lambda end: len(tokenize(text[:end])))
        if fitting:
            return text[: ends[fitting - 1]]
    return ""
'''
