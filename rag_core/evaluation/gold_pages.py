"""The pages that answer a question: those of its excerpts, or those that the question set names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag_core.documents.document import Document
from rag_core.errors import UserError
from rag_core.evaluation.question_sets import Question
from rag_core.geometry import Span
from rag_core.text.numbers import counted


def page_numbers(document: Document) -> set[int]:
    """The numbers of the pages that people can turn to; plain text has none."""
    return {page.number for page in document.pages if page.width is not None}


def touched_pages(document: Document, spans: Iterable[Span]) -> set[int]:
    """The numbers of the pages that have a character of one of the spans; none in a text without pages."""
    return {page.number for span in spans for page in document.pages_of(*span) if page.width is not None}


def gold_pages(question: Question, gold: Sequence[Span], document: Document) -> tuple[int, ...]:
    """The numbers of the pages that answer the question, ascending; none for excerpts of a text without pages."""
    return question.pages or tuple(sorted(touched_pages(document, gold)))


def has_pages_of(question: Question, document: Document) -> bool:
    """Whether the document has every page that the question names."""
    return set(question.pages) <= page_numbers(document)


def missing_pages(wrong: Sequence[tuple[Question, Document]], questions: int) -> UserError:
    """The error for the `wrong` ones among the questions, whose documents do not have the pages that they name."""
    question, document = wrong[0]
    numbers = page_numbers(document)
    named = ", ".join(map(str, sorted(set(question.pages) - numbers)))
    has = f"which has {counted(len(numbers), 'page')}" if numbers else "a text without pages"
    return UserError(
        f"{len(wrong):,} of {counted(questions, 'question')} {'names' if len(wrong) == 1 else 'name'} a page that does "
        f"not exist (the first: {question.id}, page {named} of {document.label}, {has}). Pages are counted from 1, the "
        "first page of the file, whatever is printed on them."
    )
