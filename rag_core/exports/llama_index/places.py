"""Code that tells nodes where they stand in the document, and that makes nodes of spans."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.setting import Setting

MERGED_SPANS = Code(
    functions='''\
def merged_spans(pieces, max_tokens, overlap_tokens):
    """Chunks of adjacent pieces of a text, each given by its start, its end and its number of tokens.

    A chunk takes pieces up to its size; the next begins with as many of its last as fit the overlap and leave room.
    """
    spans, first, tokens = [], 0, 0
    for i, (_, _, size) in enumerate(pieces):
        if first < i and tokens + size > max_tokens:
            spans.append((pieces[first][0], pieces[i - 1][1]))
            while first < i and (tokens > overlap_tokens or tokens + size > max_tokens):
                tokens -= pieces[first][2]
                first += 1
        tokens += size
    return [*spans, (pieces[first][0], pieces[-1][1])] if pieces else []
'''
)
PLACE = Code(
    functions='''\
def place(nodes, splitter, text, offset=0):
    """Tell the nodes that the splitter cut from the text where they stand in the document, in characters.

    `offset` is where the text begins. LlamaIndex's own start_char_idx comes from str.find, which errs where a text
    repeats itself; so the splitter's pieces are put together once more as it does.
    """
    spans = merged_spans(placed_pieces(splitter, text), splitter.chunk_size, splitter.chunk_overlap)
    spans = [(start, end) for start, end in spans if text[start:end].strip()]
    for node, (start, end) in zip(nodes, spans, strict=True):
        node.start_char_idx = offset + end - len(text[start:end].lstrip())
        node.end_char_idx = offset + start + len(text[start:end].rstrip())


def placed_pieces(splitter, text):
    """Start, end and number of tokens of the sentences or words that the splitter fills its chunks with."""
    found, end = [], 0
    for piece in splitter._split(text, splitter.chunk_size):
        piece = getattr(piece, "text", piece)  # SentenceSplitter's are objects, TokenTextSplitter's are strings
        start = text.index(piece, end)  # at the end of the one before it: nothing is left out but white space
        end = start + len(piece)
        found.append((start, end, len(splitter._tokenizer(piece))))
    return found
''',
    needs=(MERGED_SPANS,),
)
NODES_OF_SPANS = Code(
    imports=("from llama_index.core.schema import TextNode",),
    functions='''\
def nodes_of(text, spans):
    """A node for each span of the text, which knows where it stands."""
    return [TextNode(text=text[start:end], start_char_idx=start, end_char_idx=end) for start, end in spans]
''',
)
SPANS_OF_NODES = Code(
    functions='''\
def spans_of(nodes):
    """Where each node stands in the text."""
    return [(node.start_char_idx, node.end_char_idx) for node in nodes]
'''
)
STRIPPED = Code(
    functions='''\
def stripped(text, spans):
    """The spans without white space at their ends, each once; without those that are nothing but white space."""
    found = []
    for start, end in spans:
        inner = text[start:end].strip()
        first = start + text[start:end].index(inner)
        found.append((first, first + len(inner)))
    return list(dict.fromkeys((start, end) for start, end in found if start < end))
'''
)


def placing(setting: Setting, nodes: str, text: str) -> Code:
    """The line that tells the nodes that `splitter` made where they stand, if they must know it.

    `text` is the argument for the text that was split, followed by its own offset where that is not 0.
    """
    return Code(lines=f"place({nodes}, splitter, {text})\n", needs=(PLACE,)) if setting.placed else Code()


def count_code(tokenize: Code) -> Code:
    """The function `count(start, end)`, which counts the tokens of a span of `text`."""
    return Code(
        imports=("from functools import partial",),
        functions='''\
def count_tokens(text, start, end):
    """The number of tokens of a span of the text."""
    return len(tokenize(text[start:end]))
''',
        lines="count = partial(count_tokens, text)\n",
        needs=(tokenize,),
    )
