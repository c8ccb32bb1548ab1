"""Retrievers that a budget wraps around the search's `retriever`."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code, pasted
from rag_core.parts.budget import prefixes

_RETRIEVER = "from llama_index.core.retrievers import BaseRetriever"
_HIT = "from llama_index.core.schema import NodeWithScore, TextNode"
_PREFIXES = pasted(prefixes)

AT_LEAST = Code(
    imports=(_RETRIEVER, "from llama_index.core.postprocessor import SimilarityPostprocessor"),
    functions='''\
class AtLeast(BaseRetriever):
    """Hands on the hits whose score is at least MIN_SCORE."""

    def __init__(self, retriever):
        self._retriever = retriever
        super().__init__()

    def _retrieve(self, query_bundle):
        cutoff = SimilarityPostprocessor(similarity_cutoff=MIN_SCORE)
        return cutoff.postprocess_nodes(self._retriever.retrieve(query_bundle))
''',
    lines="retriever = AtLeast(retriever)\n",
)
CHUNK_OF_EACH_HIT = Code(
    imports=(_RETRIEVER, _HIT),
    functions='''\
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
''',
    lines="retriever = ChunkOfEachHit(retriever, chunks)\n",
)
_FIRST = Code(
    imports=(_RETRIEVER,),
    functions='''\
class First(BaseRetriever):
    """Hands on the first hits of a retriever that ranks more."""

    def __init__(self, retriever, number):
        self._retriever, self._number = retriever, number
        super().__init__()

    def _retrieve(self, query_bundle):
        return self._retriever.retrieve(query_bundle)[: self._number]
''',
)
FIRST_HITS = Code(lines="retriever = First(retriever, HITS)\n", needs=(_FIRST,))
FIRST_ENTRIES = Code(lines="retriever = First(retriever, ENTRIES_SEARCHED)\n", needs=(_FIRST,))
# Entries without a rerank score have none that can be compared with the others.
FIRST_RERANKED = Code(lines="retriever = First(retriever, RERANKED_ENTRIES)\n", needs=(_FIRST,))
EACH_RESOLVED = Code(
    imports=(_RETRIEVER,),
    functions='''\
class EachResolved(BaseRetriever):
    """Hands on what each hit of a retriever is resolved to, by itself."""

    def __init__(self, retriever, resolve):
        self._retriever, self._resolve = retriever, resolve
        super().__init__()

    def _retrieve(self, query_bundle):
        return [found for hit in self._retriever.retrieve(query_bundle) for found in self._resolve([hit])]
''',
    lines="retriever = EachResolved(retriever, resolve)\n",
)
FIRST_SPANS = Code(
    imports=(_RETRIEVER,),
    functions='''\
class FirstSpans(BaseRetriever):
    """Hands on as many spans as wanted, made of the hits of a retriever that ranks them all."""

    def __init__(self, retriever, resolve):
        self._retriever, self._resolve = retriever, resolve
        super().__init__()

    def _retrieve(self, query_bundle):
        return first_candidates(self._retriever.retrieve(query_bundle), self._resolve, HITS)
''',
    lines="retriever = FirstSpans(retriever, resolve)\n",
    needs=(_PREFIXES,),
)
SPANS_THAT_FIT = Code(
    imports=(_RETRIEVER,),
    functions='''\
class SpansThatFit(BaseRetriever):
    """Hands on the spans of the best hits, as long as they fit the context; the first span may be longer."""

    def __init__(self, retriever, resolve):
        self._retriever, self._resolve = retriever, resolve
        super().__init__()

    def _retrieve(self, query_bundle):
        hits = self._retriever.retrieve(query_bundle)
        prefix = shortest_prefix(hits, lambda prefix: self._tokens(prefix) > CONTEXT_TOKENS)
        too_many = len(prefix) > 1 and self._tokens(prefix) > CONTEXT_TOKENS
        return self._resolve(prefix[:-1] if too_many else prefix)

    def _tokens(self, hits):
        return sum(len(tokenize(hit.text)) for hit in self._resolve(hits))
''',
    lines="retriever = SpansThatFit(retriever, resolve)\n",
    needs=(_PREFIXES,),
)
UNTIL_FULL = Code(
    imports=(_RETRIEVER,),
    functions='''\
class UntilFull(BaseRetriever):
    """Hands on what the best hits are resolved to, as few of them as exceed the context."""

    def __init__(self, retriever, resolve):
        self._retriever, self._resolve = retriever, resolve
        super().__init__()

    def _retrieve(self, query_bundle):
        hits = self._retriever.retrieve(query_bundle)
        return self._resolve(shortest_prefix(hits, lambda prefix: self._tokens(prefix) > CONTEXT_TOKENS))

    def _tokens(self, hits):
        return sum(len(tokenize(hit.text)) for hit in self._resolve(hits))
''',
    lines="retriever = UntilFull(retriever, resolve)\n",
    needs=(_PREFIXES,),
)
_SCORE_SHARE = '''\
class ScoreShare(BaseRetriever):
    """Hands on what scores nearly as well as the best hit: at least MIN_TOKENS of it, and at most MAX_TOKENS."""

    def __init__(self, retriever, resolve):
        self._retriever, self._resolve = retriever, resolve
        super().__init__()

    def _retrieve(self, query_bundle):
        hits = self._retriever.retrieve(query_bundle)
        taken = hits[: self._near(hits)]
        if self._tokens(taken) < MIN_TOKENS:
            taken = shortest_prefix(hits, lambda prefix: self._tokens(prefix) >= MIN_TOKENS)
        prefix = shortest_prefix(taken, lambda prefix: self._tokens(prefix) > MAX_TOKENS)
        too_many = len(prefix) > 1 and self._tokens(prefix) > MAX_TOKENS
        return self._resolve(prefix[:-1] if too_many else taken)

    def _near(self, hits):
        """How many of the hits have the share of the best score; below zero, that is a lower score."""
        best = hits[0].score if hits else 0.0
        lowest = best * (SCORE_SHARE if best >= 0 else 2 - SCORE_SHARE)
        return bisect_right(hits, -lowest, key=lambda hit: -hit.score)

    def _tokens(self, hits):
        return sum(len(tokenize(hit.text)) for hit in self._resolve(hits))
'''
_NEAR = _SCORE_SHARE[_SCORE_SHARE.index("    def _near") : _SCORE_SHARE.index("    def _tokens")]
FIRST_TOKENS = Code(
    imports=("import re", "from bisect import bisect_right", _RETRIEVER, _HIT),
    functions=r'''class FirstTokens(BaseRetriever):
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
''',
    lines="retriever = FirstTokens(retriever)\n",
    own="a budget of context tokens",
)


def score_share_code(unscored: bool) -> Code:
    """The budget by score; hits without scores are all as near to the best as it is."""
    functions = _SCORE_SHARE
    if unscored:
        functions = functions.replace(_NEAR, "").replace("hits[: self._near(hits)]", "hits  # they have no scores")
    return Code(
        imports=(_RETRIEVER,) if unscored else (_RETRIEVER, "from bisect import bisect_right"),
        functions=functions,
        lines="retriever = ScoreShare(retriever, resolve)\n",
        needs=(_PREFIXES,),
        own="a budget by score",
    )
