"""Locate the excerpts of questions.toml in the parsed handbook; write rag_core/sample/questions.json with their spans.

    python handbook/build_questions.py [OUTPUT.json]

Run it after build_handbook.py, or when the parser's text changes. A border question that no longer straddles a border
is an error, and so is an excerpt that occurs twice: both would weaken the set silently.
"""

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from rag_core import open_document, preset  # noqa: E402
from rag_core.documents.document import Document  # noqa: E402
from rag_core.embeddings.choice import built_in_vectors  # noqa: E402
from rag_core.geometry import Span  # noqa: E402
from rag_core.parts.chunker.sentence import SentenceChunker  # noqa: E402
from rag_core.pipeline.build import resources_for  # noqa: E402

SOURCE = ROOT / "handbook" / "questions.toml"
PDF = ROOT / "rag_core" / "sample" / "handbook.pdf"
OUTPUT = ROOT / "rag_core" / "sample" / "questions.json"
# The chunkers whose borders a border question must straddle: the presets' default, and the small size.
BORDER_CHUNKERS = (
    SentenceChunker(chunk_tokens=1024, overlap_tokens=20),
    SentenceChunker(chunk_tokens=256, overlap_tokens=20),
)


def locate(text: str, excerpt: str) -> Span:
    """The span of the excerpt; white space may differ. Raises ValueError where it does not occur exactly once."""
    pattern = r"\s+".join(re.escape(word) for word in excerpt.split())
    found = [Span(*match.span()) for match in re.finditer(pattern, text)]
    if len(found) != 1:
        raise ValueError(f"found {len(found)} times, not once: {excerpt!r}")
    return found[0]


def straddled(document: Document, span: Span) -> list[SentenceChunker]:
    """The border chunkers none of whose chunks holds the whole span."""
    resources = resources_for(preset("baseline"), built_in_vectors())
    return [
        chunker
        for chunker in BORDER_CHUNKERS
        if not any(start <= span.start and span.end <= end for start, end in chunker.chunk(document, resources))
    ]


def _reference(text: str, span: Span) -> dict[str, Any]:
    return {"content": text[span.start : span.end], "start_index": span.start, "end_index": span.end}


def _question(document: Document, source: dict[str, Any]) -> dict[str, Any]:
    spans = [locate(document.text, excerpt) for excerpt in source["excerpts"]]
    if source["kind"] == "border" and not straddled(document, spans[0]):
        raise ValueError(f"{source['id']} straddles no border")
    return {
        "id": source["id"],
        "question": source["question"],
        "kind": source["kind"],
        "suggested": source.get("suggested", False),
        "references": [_reference(document.text, span) for span in spans],
    }


def build() -> dict[str, Any]:
    """The question set, as it is written."""
    document = open_document(PDF)
    sources = tomllib.loads(SOURCE.read_text(encoding="utf-8"))["questions"]
    return {
        "document": {"name": PDF.name, "sha256_text": document.text_hash},
        "questions": [_question(document, source) for source in sources],
    }


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else OUTPUT
    result = build()
    target.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"{target.name}: {len(result['questions'])} questions")
