"""Code of the function `sentences(text)`, which finds the sentences that `rag_core.text.sentences` finds."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code
from rag_core.text.sentences import ABBREVIATIONS, ANY_LINE, MEANT_LINE

_CODE = '''\
# A sentence also ends at {where}.
BREAK = re.compile(r"{breaks}")
ABBREVIATIONS = "{abbreviations}"


def sentences(text):
    """Where each sentence of the text starts and ends."""
    cuts = [0, *(i for match in BREAK.finditer(text) for i in match.span()), len(text)]
    blocks = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if text[a:b].strip()]
    return [(a + start, a + end) for a, b in blocks for start, end in punkt().span_tokenize(text[a:b])]


@lru_cache(maxsize=1)
def punkt():
    """The English sentence model that LlamaIndex carries, with the abbreviations of papers and reports."""
    nltk.data.path.append(str(Path(llama_index.core.__file__).parent / "_static/nltk_cache"))
    tokenizer = PunktTokenizer("english")
    tokenizer._params.abbrev_types.update(ABBREVIATIONS.split())
    return tokenizer
'''


def sentences_code(plain_text: bool) -> Code:
    """The function `sentences(text)`, for plain text or for the text of a PDF."""
    breaks = MEANT_LINE if plain_text else ANY_LINE
    where = "an empty line, a list item, a table row or a heading" if plain_text else "a line break"
    return Code(
        imports=(
            "import re",
            "from functools import lru_cache",
            "from pathlib import Path",
            "import llama_index.core",
            "import nltk",
            "from nltk.tokenize.punkt import PunktTokenizer",
        ),
        functions=_CODE.format(breaks=breaks.pattern, where=where, abbreviations=" ".join(sorted(ABBREVIATIONS))),
    )
