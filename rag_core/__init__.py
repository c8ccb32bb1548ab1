"""Chunkscope's library: see what chunking and retrieval strategies retrieve.

    from rag_core import compare, open_document, preset

    document = open_document("paper.pdf")
    result = compare([document], "What is it about?", [preset("baseline"), preset("chunk_references")])

Importing it loads none of its modules: each name loads what it needs when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag_core.errors import UserError
    from rag_core.evaluation.evaluate import evaluate
    from rag_core.evaluation.question_sets import read_questions
    from rag_core.pipeline.compare import compare
    from rag_core.pipeline.opening import open_document
    from rag_core.pipeline.transcripts import load_transcript
    from rag_core.strategy.specs import preset

__all__ = ["UserError", "compare", "evaluate", "load_transcript", "open_document", "preset", "read_questions"]

# The command line must be able to end with one line, not a traceback, if it is interrupted while it is still loading.
_MODULES = {
    "UserError": "errors",
    "compare": "pipeline.compare",
    "evaluate": "evaluation.evaluate",
    "load_transcript": "pipeline.transcripts",
    "open_document": "pipeline.opening",
    "preset": "strategy.specs",
    "read_questions": "evaluation.question_sets",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value
