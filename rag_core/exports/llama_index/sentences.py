"""Code of the function `sentences(text)`, which finds the sentences that `rag_core.text.sentences` finds."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code, pasted
from rag_core.text import sentence_ends
from rag_core.text.sentences import ANY_LINE, MEANT_LINE

_CODE = '''\
# A sentence also ends at {where}.
BREAK = re.compile(r"{breaks}")


def sentences(text):
    """Where each sentence of the text starts and ends."""
    cuts = [0, *(i for match in BREAK.finditer(text) for i in match.span()), len(text)]
    blocks = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if text[a:b].strip()]
    return [(a + start, a + end) for a, b in blocks for start, end in sentence_spans(text[a:b])]
'''


def sentences_code(plain_text: bool) -> Code:
    """The function `sentences(text)`, for plain text or for the text of a PDF."""
    breaks = MEANT_LINE if plain_text else ANY_LINE
    where = "an empty line, a list item, a table row or a heading" if plain_text else "a line break"
    return Code(
        imports=("import re",),
        functions=_CODE.format(breaks=breaks.pattern, where=where),
        needs=(pasted(sentence_ends),),
    )
