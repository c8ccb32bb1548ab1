"""Chunkscope's library: see what chunking and retrieval strategies retrieve.

    from rag_core import compare, open_document, preset

    document = open_document("paper.pdf")
    result = compare([document], "What is it about?", [preset("baseline"), preset("chunk_references")])

Importing it loads neither streamlit nor torch nor llama_index.
"""

from rag_core.errors import UserError
from rag_core.evaluation.evaluate import evaluate
from rag_core.evaluation.question_sets import read_questions
from rag_core.pipeline.compare import compare
from rag_core.pipeline.opening import open_document
from rag_core.strategy.specs import preset

__all__ = ["UserError", "compare", "evaluate", "open_document", "preset", "read_questions"]
