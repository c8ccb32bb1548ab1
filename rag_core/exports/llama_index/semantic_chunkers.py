"""Code of the chunkers that cut by the vectors of sentences or pieces, and of the vectors that they need."""

from __future__ import annotations

from rag_core.embeddings.pooling import Pooling
from rag_core.exports.llama_index.code import Code, pasted
from rag_core.exports.llama_index.joining import joined_code
from rag_core.exports.llama_index.own_chunkers import RECURSIVE_SPANS
from rag_core.exports.llama_index.places import NODES_OF_SPANS, PLACE, STRIPPED
from rag_core.exports.llama_index.setting import Setting
from rag_core.parts.chunker import breakpoints, clusters
from rag_core.parts.chunker.cluster_semantic import ClusterSemanticChunker
from rag_core.parts.chunker.recursive import SEPARATORS
from rag_core.parts.chunker.semantic import SemanticChunker

_SPLITTER_LINES = """\
splitter = SemanticSplitterNodeParser(
    buffer_size=BUFFER_SIZE,
    breakpoint_percentile_threshold=BREAKPOINT_PERCENTILE,
    embed_model=embed_model,
)
parts = [node.text for node in splitter.get_nodes_from_documents([Document(text=text)])]
"""
_NODES_OF_PARTS = "chunks = [TextNode(text=part.strip()) for part in parts if part.strip()]\n"
_PLACED_NODES = """\
# The parts leave out nothing but white space before the first one.
spans = pairwise(accumulate(map(len, parts), initial=len(text) - len("".join(parts))))
chunks = nodes_of(text, stripped(text, spans))
"""
_SPANS_IMPORTS = (
    "import numpy as np",
    "from itertools import accumulate, pairwise",
    "from llama_index.core.node_parser.text.utils import split_by_sentence_tokenizer",
)
_SEMANTIC = '''\
def semantic_spans(text, vectors_of):
    """Where the chunks stand that SemanticSplitterNodeParser makes with these vectors, if it has no maximum size."""
    sentences = split_by_sentence_tokenizer()(text)
    edges = list(accumulate(map(len, sentences), initial=len(text) - len("".join(sentences))))
    last = len(sentences)
    groups = [(edges[max(i - BUFFER_SIZE, 0)], edges[min(i + BUFFER_SIZE + 1, last)]) for i in range(last)]
    distances = neighbour_distances(vectors_of(groups)) if last > 1 else np.zeros(0)
    cuts = [0, *(i + 1 for i in breakpoints(distances, BREAKPOINT_PERCENTILE)), last]
    for first, end in pairwise(cuts):
        FITTED
'''
_FITTED = '''

def fitted(text, edges, distances, first, last):
    """The sentences from `first` to before `last`, cut where they differ most until each part fits the size."""

    def fits(a, b):
        return len(tokenize(text[edges[a] : edges[b]])) <= CHUNK_TOKENS

    splitter = SentenceSplitter(chunk_size=CHUNK_TOKENS, chunk_overlap=0, tokenizer=tokenize)
    for a, b in weakest_cuts(distances, first, last, fits):
        if fits(a, b):
            yield edges[a], edges[b]
        else:
            pieces = placed_pieces(splitter, text[edges[a] : edges[b]])
            yield from ((edges[a] + start, edges[a] + end) for start, end in merged_spans(pieces, CHUNK_TOKENS, 0))
'''
_CLUSTERS = '''\
def cluster_spans(text, vectors_of):
    """Where the chunks of the text stand, each of consecutive pieces that are as similar as possible."""
    pieces = stripped(text, recursive_spans(text, 0, len(text), SEPARATORS, PIECE_TOKENS, 0))
    found = optimal_clusters(vectors_of(pieces), CHUNK_TOKENS // PIECE_TOKENS) if pieces else []
    return [(pieces[first][0], pieces[last - 1][1]) for first, last in found]
'''
_VECTORS_OF: dict[Pooling, str] = {
    "late": '''\
def vectors_of_spans(late):
    """A function that makes the vectors of spans of the text from the token vectors."""
    return lambda spans: np.array([late.vector([span]) for span in spans])
''',
    "per_chunk": '''\
def vectors_of_spans(text, embed_model):
    """A function that makes the vectors of spans of the text, each embedded alone."""
    return lambda spans: np.array(embed_model.get_text_embedding_batch([text[a:b] for a, b in spans]))
''',
    "mean": '''\
def vectors_of_spans(text, embed_model, late):
    """A function that makes the vectors of spans of the text: the mean of those embedded alone and of late ones."""

    def vectors_of(spans):
        alone = np.array(embed_model.get_text_embedding_batch([text[a:b] for a, b in spans]))
        return (alone + np.array([late.vector([span]) for span in spans])) / 2

    return vectors_of
''',
}


def semantic_code(part: SemanticChunker, setting: Setting) -> Code:
    """The lines that make `chunks` where neighbouring sentences differ most, and what they need."""
    largest = "sys.maxsize" if part.chunk_tokens is None else "CHUNK_TOKENS"
    joined = joined_code(part.min_chunk_tokens, largest, setting)
    is_plain = setting.pooling == "per_chunk" and part.chunk_tokens is None
    made = _splitter_code(setting) if is_plain else _spans_code(part, setting)
    values = {
        "BREAKPOINT_PERCENTILE": part.breakpoint_percentile,
        "BUFFER_SIZE": part.buffer_size,
        "CHUNK_TOKENS": part.chunk_tokens,
    }
    return Code(
        imports=made.imports,
        constants={name: value for name, value in values.items() if value is not None},
        lines=made.lines + joined.lines,
        needs=(*made.needs, *joined.needs),
    )


def cluster_semantic_code(part: ClusterSemanticChunker, setting: Setting) -> Code:
    """The lines that make `chunks` of the most similar pieces, and what they need."""
    joined = joined_code(part.min_chunk_tokens, "CHUNK_TOKENS", setting)
    vectors = _vectors_code(setting)
    own = Code(functions=_CLUSTERS, own="Chroma's ClusterSemanticChunker", needs=(pasted(clusters), RECURSIVE_SPANS))
    return Code(
        constants={
            "CHUNK_TOKENS": part.chunk_tokens,
            "PIECE_TOKENS": min(part.piece_tokens, part.chunk_tokens),
            "SEPARATORS": (*SEPARATORS["chroma"], ""),
        },
        lines=f"chunks = nodes_of(text, cluster_spans(text, {vectors.lines}))\n{joined.lines}",
        needs=(setting.tokenize, *vectors.needs, STRIPPED, NODES_OF_SPANS, own, *joined.needs),
    )


def _splitter_code(setting: Setting) -> Code:
    """The lines that make `chunks` by LlamaIndex's own parser."""
    imports = (
        "from llama_index.core.node_parser import SemanticSplitterNodeParser",
        "from llama_index.core.schema import Document",
    )
    if setting.placed:
        itertools = "from itertools import accumulate, pairwise"
        needs = (STRIPPED, NODES_OF_SPANS)
        return Code(imports=(*imports, itertools), lines=_SPLITTER_LINES + _PLACED_NODES, needs=needs)
    nodes = "from llama_index.core.schema import TextNode"
    return Code(imports=(*imports, nodes), lines=_SPLITTER_LINES + _NODES_OF_PARTS)


def _spans_code(part: SemanticChunker, setting: Setting) -> Code:
    """The lines that make `chunks` as LlamaIndex's parser would with other vectors, or with a maximum size."""
    vectors = _vectors_code(setting)
    made = _bounded_spans(setting) if part.chunk_tokens else _unbounded_spans()
    return Code(
        lines=f"chunks = nodes_of(text, stripped(text, semantic_spans(text, {vectors.lines})))\n",
        needs=(*vectors.needs, pasted(breakpoints), STRIPPED, NODES_OF_SPANS, made),
    )


def _unbounded_spans() -> Code:
    return Code(
        imports=_SPANS_IMPORTS,
        functions=_SEMANTIC.replace("FITTED\n", "yield edges[first], edges[end]\n"),
        own="semantic chunks by late vectors of sentences",
    )


def _bounded_spans(setting: Setting) -> Code:
    return Code(
        imports=(*_SPANS_IMPORTS, "from llama_index.core.node_parser import SentenceSplitter"),
        functions=_SEMANTIC.replace("FITTED\n", "yield from fitted(text, edges, distances, first, end)\n") + _FITTED,
        needs=(setting.tokenize, PLACE),
        own="a maximum size of semantic chunks",
    )


def _vectors_code(setting: Setting) -> Code:
    """The expression for a function that makes the vectors of a list of spans of `text`, as `lines`."""
    arguments = {"late": "late", "per_chunk": "text, embed_model", "mean": "text, embed_model, late"}[setting.pooling]
    functions = Code(imports=("import numpy as np",), functions=_VECTORS_OF[setting.pooling])
    return Code(lines=f"vectors_of_spans({arguments})", needs=(*setting.late_needs, functions))
