"""Helpers that compare the hits of an exported program with those of the strategy: texts, order and scores."""

from collections.abc import Callable, Sequence
from inspect import signature
from types import ModuleType
from typing import Any

import pytest

from rag_core import compare, preset
from rag_core.cli.commands.parse import printed
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.exports import llama_index_program
from rag_core.stages.results import Hit
from rag_core.strategy import Strategy

Found = list[tuple[str, float]]
Ask = Callable[[str, Document, Sequence[str]], list[Found]]
SCORE_TOLERANCE = 1e-4

HANDBOOK_QUESTIONS = [
    "When does a smaller chunk retrieve worse?",
    "What is lost when a table is cut in two?",
    "How is recall measured?",
]
PAPER_QUESTIONS = [
    "Which data was the model pre-trained on?",
    "How much carbon did training emit?",
    "How does the model do on code generation?",
]
PLAIN_TEXT = [
    "The village keeps its bees on the southern slope, where the lime trees flower late. Anna Berg looks after forty "
    "hives there and writes down every week what each of them weighs.",
    "Honey is harvested twice a year. The first harvest falls in the last days of May, after the rape has flowered; "
    "the second follows in August. A hive that weighs less than twelve kilograms is left alone.",
    "- Varroa mites are counted in July.\n- Sugar is fed in September.\n- Nothing is opened from November to March.",
    "In 2019 a late frost killed the blossom, e.g. that of the cherries, and the bees had to be fed in spring. Since "
    "then a store of thirty kilograms of honey is kept back for them each year.",
]


def pooling(kind: str, specs: Sequence[str]) -> list[str]:
    """The SPECs with `search.pooling` set to `kind`."""
    return [f"{spec}{',' if ':' in spec else ':'}search.pooling={kind}" for spec in specs]


def asking(embed_model: Any) -> Ask:
    """A function that runs exported programs in this process, so that torch and the model are loaded once."""
    readings: dict[object, Any] = {}

    def ask(spec: str, document: Document, questions: Sequence[str]) -> list[Found]:
        program = program_of(preset(spec), document)
        if hasattr(program, "token_vectors"):
            remember_readings(program, readings)
        retriever = retriever_of(program, document, embed_model)
        return [found_by(retriever, question) for question in questions]

    return ask


def program_of(strategy: Strategy, document: Document) -> Any:
    """The strategy's program, as a module, for documents like this one."""
    source = llama_index_program(strategy, document.tokenizer, plain_text=document.char_boxes is None)
    program = ModuleType("program")
    exec(compile(source, f"<{strategy.name}>", "exec"), program.__dict__)
    return program


def retriever_of(program: Any, document: Document, embed_model: Any, llm: Any = None) -> Any:
    """The program's retriever over a document, made of those inputs that it needs."""
    inputs = {**printed(document), "embed_model": embed_model, "llm": llm}
    return program.build_retriever(*(inputs[name] for name in signature(program.build_retriever).parameters))


def remember_readings(program: Any, known: dict[object, Any]) -> None:
    """Cache token vectors, so that programs with late pooling share the pass over the same text."""
    read = program.token_vectors

    def token_vectors(ids: list[int], model: Any, overlap_percent: int, prompt: str = "text") -> Any:
        key = (tuple(ids), overlap_percent, prompt)
        if key not in known:
            known[key] = read(ids, model, overlap_percent, prompt)
        return known[key]

    program.token_vectors = token_vectors


def assert_parity(ask: Ask, spec: str, document: Document, questions: Sequence[str], vectors: Vectors) -> None:
    for question, theirs in zip(questions, ask(spec, document, questions), strict=True):
        column = compare([document], question, [preset(spec)], vectors=vectors).columns[0]
        assert_same_hits(column.hits, theirs, question)


def assert_same_hits(hits: Sequence[Hit], theirs: Found, question: str) -> None:
    assert [hit.text for hit in hits] == [text for text, _ in theirs], question
    assert [hit.score for hit in hits] == pytest.approx([score for _, score in theirs], abs=SCORE_TOLERANCE)


def found_by(retriever: Any, question: str) -> Found:
    return [(hit.text, hit.score) for hit in retriever.retrieve(question)]
