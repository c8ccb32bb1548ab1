"""What `build_retriever` is given, and the lines of `main` that make it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection

from rag_core.embeddings.base import EmbeddingModel
from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.models import model_code
from rag_core.parts.parser.base import Parser

_PAGES = Code(lines='pages = document["pages"]\n')
_BLOCKS = Code(lines='blocks = document["blocks"]\n')
_LLM = Code(
    imports=("import os", "from llama_index.llms.openai_like import OpenAILike"),
    lines="""\
llm = OpenAILike(
    model=os.environ.get("LLM_MODEL", "gpt-4o-mini"),
    api_base=os.environ.get("LLM_BASE_URL", "https://api.openai.com/v1"),
    api_key=os.environ.get("OPENAI_API_KEY", "no-key"),  # servers on one's own machine want none
    is_chat_model=True,
)
""",
)
_DOC = (
    "DOC is a PDF or a text file, which Chunkscope reads: another reader's text has other chunks. Or it is a .json "
    "file with what `python -m rag_core parse DOC{parser} --json` printed."
)
_NO_COUNTERPART = (
    "LlamaIndex has no reader that gives the text of the parser {}, so the program asks Chunkscope for it. "
)
_PYPDF_DOC = (
    "DOC is a PDF, which pypdf reads page by page as LlamaIndex's PDFReader does (llama-index-readers-file); the pages "
    "are joined with empty lines."
)
_PYPDF = Code(
    imports=("from pypdf import PdfReader",),
    functions='''\
def read(path):
    """The document as LlamaIndex's PDFReader gives it: what pypdf extracts of each page, joined with empty lines."""
    texts = [page.extract_text() for page in PdfReader(path).pages]
    pages, start = [], 0
    for number, text in enumerate(texts, 1):
        pages.append({"number": number, "start": start, "end": start + len(text)})
        start += len(text) + 2
    return {"text": "\\n\\n".join(texts), "pages": pages, "blocks": []}
''',
)
_TEXT_FILE = " A .txt file is taken as it is, in UTF-8."
_READ = '''\
def read(path):
    """The document as Chunkscope reads it; another reader's text has other chunks."""
    if path.endswith(".json"):
        return json.loads(Path(path).read_bytes())
    parse = [sys.executable, "-m", "rag_core", "parse", path, "--json"PARSER]
    return json.loads(subprocess.run(parse, stdout=subprocess.PIPE, check=True).stdout)
'''
_SIMPLE = re.compile(r"[\w:=,.+-]{1,120}")
_READ_TEXT = _READ.replace(
    "    parse = ",
    '    if path.endswith(".txt"):\n        return {"text": Path(path).read_bytes().decode("utf-8")}\n    parse = ',
)


def inputs_code(lines: str, model: EmbeddingModel) -> dict[str, Code]:
    """The arguments of `build_retriever`, whose body are the lines, each with the code that makes it in `main`."""
    made = {"pages": _PAGES, "blocks": _BLOCKS, "embed_model": None, "llm": _LLM}
    used = {name: code or model_code(model) for name, code in made.items() if re.search(rf"\b{name}\b", lines)}
    return {"text": Code(lines='text = document["text"]\n'), **used}


def read_code(inputs: Collection[str], parser: Parser) -> Code:
    """The function `read(path)`, which reads the document as a parser does."""
    if parser.kind == "pypdf":
        return _PYPDF
    option = "" if parser.kind == "default" else f', "--parser", {json.dumps(parser.named())}'
    return Code(
        imports=("import json", "import subprocess", "import sys", "from pathlib import Path"),
        functions=(_READ_TEXT if _need_text_alone(inputs) else _READ).replace("PARSER", option),
    )


def read_words(inputs: Collection[str], parser: Parser) -> str:
    """What the function `read` reads, in words."""
    if parser.kind == "pypdf":
        return _PYPDF_DOC
    named = "" if parser.kind == "default" else f" --parser {_shown(parser)}"
    words = (_NO_COUNTERPART.format(parser.kind) if named else "") + _DOC.format(parser=named)
    return " ".join(filter(None, [words, parser.needs_elsewhere])) + (_TEXT_FILE if _need_text_alone(inputs) else "")


def _shown(parser: Parser) -> str:
    """The parser for the words of a docstring, where a prompt could end them; the function has all of its fields."""
    named = parser.named()
    return named if _SIMPLE.fullmatch(named) else f"{parser.kind}:..."


def _need_text_alone(inputs: Collection[str]) -> bool:
    return not {"pages", "blocks"} & set(inputs)
