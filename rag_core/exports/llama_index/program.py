"""Puts a strategy's program together: plain LlamaIndex to paste into a project, without an import of rag_core."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping

from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.minilm import default_model
from rag_core.exports.llama_index.budget import top_k
from rag_core.exports.llama_index.code import Code, Setting
from rag_core.exports.llama_index.imports import packages_of, sorted_imports
from rag_core.exports.llama_index.late import late_code
from rag_core.exports.llama_index.models import model_code
from rag_core.exports.llama_index.sentences import sentences_code
from rag_core.exports.llama_index.tokenizers import tokenizer_code
from rag_core.exports.llama_index.writers import check_exportable, part_code
from rag_core.parts import SLOTS
from rag_core.strategy import Strategy
from rag_core.text.tokenizers import DEFAULT_TOKENIZER

_WIDTH = 100

_DOCSTRING = '''\
"""{title}

    pip install {packages}
    python THIS_FILE TEXT_FILE QUESTION

TEXT_FILE is UTF-8 text. To have the same text as Chunkscope, save the field "text" of what
`python -m rag_core parse DOC{parser} --json` prints. Prints the hits as JSON, best first.
"""
'''

_BUILD = '''\
def build_retriever(text, embed_model):
    """A retriever over one document."""
'''

_MAIN = """\
def main():
    text = Path(sys.argv[1]).read_bytes().decode("utf-8")
    EMBED_MODEL
    with redirect_stdout(sys.stderr):  # LlamaIndex prints warnings about small chunks
        found = build_retriever(text, embed_model).retrieve(sys.argv[2])
    hits = [{"text": hit.text, "score": hit.score, "rank": rank} for rank, hit in enumerate(found, 1)]
    print(json.dumps(hits, indent=2))


if __name__ == "__main__":
    main()
"""
_MAIN_IMPORTS = (
    "import json",
    "import sys",
    "from contextlib import redirect_stdout",
    "from pathlib import Path",
)


def llama_index_program(
    strategy: Strategy,
    tokenizer: str = DEFAULT_TOKENIZER,
    *,
    plain_text: bool = False,
    model: EmbeddingModel | None = None,
) -> str:
    """The program, put together from the code of the strategy's parts and of the embedding model (default: built in).

    `tokenizer` is the one in which the documents' sizes are measured. `plain_text`: the text is that of a .txt or .md
    file, where a line break need not end a sentence as it does in the text of a PDF. The model's `info` must be loaded.
    Raises UserError where the model cannot do what the strategy asks for, and for a part that cannot be exported.
    """
    model = model or default_model()
    strategy = strategy.fitted(model)
    codes = _codes(strategy, tokenizer, plain_text)
    embed_model = model_code(model)
    imports = sorted_imports([*(line for code in (*codes, embed_model) for line in code.imports), *_MAIN_IMPORTS])
    constants = {name: value for code in codes for name, value in code.constants.items()}
    functions = [code.functions for code in codes if code.functions]
    lines = "".join(code.lines for code in codes)
    blocks = [
        "\n".join([_docstring(strategy, imports + "".join(functions)), imports, _assignments(constants)]),
        *functions,
        _BUILD + textwrap.indent(_returning(lines), "    "),
        _MAIN.replace("EMBED_MODEL", textwrap.indent(embed_model.lines, "    ").strip()),
    ]
    return "\n\n".join(blocks)


def _codes(strategy: Strategy, tokenizer: str, plain_text: bool) -> list[Code]:
    """The code of all parts and what it needs, each once, in the order of the program."""
    parts = [strategy.part(slot) for slot in SLOTS]
    for part in parts:
        check_exportable(part)
    setting = _setting(strategy, tokenizer, plain_text)
    return list(dict.fromkeys(code for part in parts for code in part_code(part, setting).all()))


def _setting(strategy: Strategy, tokenizer: str, plain_text: bool) -> Setting:
    refers = strategy.reference.refers
    pools = strategy.search.pools
    return Setting(
        top_k=top_k(strategy.budget, refers),
        entries_searched=strategy.search.entries,
        refers=refers,
        tokenize=tokenizer_code(tokenizer),
        sentences=sentences_code(plain_text),
        late=late_code(pools.window_overlap_percent) if pools.pooling == "late" else None,
    )


def _assignments(constants: Mapping[str, object]) -> str:
    written = {name: json.dumps(value) if isinstance(value, str) else repr(value) for name, value in constants.items()}
    return "".join(f"{name} = {value}\n" for name, value in written.items())


def _returning(lines: str) -> str:
    before, _, last = lines.rpartition("retriever = ")
    return f"{before}return {last}"


def _docstring(strategy: Strategy, source: str) -> str:
    # A name comes from a file that anyone may have written: nothing of it may end the docstring.
    name = "".join(c for c in strategy.name if c.isprintable() and c not in '"\\')
    title = "\n".join(textwrap.wrap(f"{name.replace('_', ' ')}: {strategy.retrieval()}.", _WIDTH))
    kind = strategy.parser.kind
    parser = "" if kind == "default" else f" --parser {kind}"
    return _DOCSTRING.format(title=title, packages=" ".join(packages_of(source)), parser=parser)
