"""Matches questions with the documents that they are about, and checks their excerpts and pages against these."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from rag_core.documents.document import Document
from rag_core.documents.labels import all_labelled
from rag_core.errors import UserError
from rag_core.evaluation.gold_pages import gold_pages, has_pages_of, missing_pages
from rag_core.evaluation.other_texts import other_texts
from rag_core.evaluation.question_sets import Question, Reference
from rag_core.geometry import Span
from rag_core.text.numbers import counted
from rag_core.text.printable import printable


@dataclass(frozen=True)
class MatchedQuestion:
    """A question whose document was given.

    `gold` are the spans of its excerpts in that document's text, and `pages` the numbers of the pages that answer it;
    either may be empty. The document is the given one, or its file as another parser reads it if the excerpts are from
    that text.
    """

    question: Question
    document: Document
    gold: tuple[Span, ...]
    pages: tuple[int, ...] = ()


@dataclass(frozen=True)
class Matches:
    """The questions that can be asked, and the number of those that cannot, by the name of the missing document."""

    questions: list[MatchedQuestion]
    skipped: dict[str, int]


def match(questions: Sequence[Question], documents: Sequence[Document]) -> Matches:
    """Each question with the document that its corpus names: by id or label, or by file name.

    The case of a file name and a missing extension do not matter. Of several documents with the same file name, the
    question is about the one that has its excerpts or pages. Raises UserError if no question has a document, if several
    documents match, if a document lacks a page, or if an excerpt is neither in the document's text at its span nor in
    that of another parser: offsets into another text would give wrong metrics.
    """
    called = all_labelled(documents)
    named = {corpus: _named(corpus, called) for corpus in dict.fromkeys(q.corpus for q in questions)}
    skipped = Counter(question.corpus for question in questions if not named[question.corpus])
    texts = _Texts(document for found in named.values() for document in found)
    matched, wrong = [], []
    for question in questions:
        if found := named[question.corpus]:
            document = texts.with_excerpts(question, _with_excerpts(question, found, texts))
            spans = [texts.find(reference, document) for reference in question.references]
            wrong += [(question, document) for span in spans if span is None]
            gold = tuple(span for span in spans if span)
            matched.append(MatchedQuestion(question, document, gold, gold_pages(question, gold, document)))
    if not matched:
        raise UserError(
            f"{_none_of(len(questions))} about a given document: they are about {_listed(skipped)}, "
            f"and the documents are {_listed([document.label for document in called])}."
        )
    if off := [(one.question, one.document) for one in matched if not has_pages_of(one.question, one.document)]:
        raise missing_pages(off, len(matched))
    if wrong:
        raise UserError(_mismatch(wrong, sum(len(one.question.references) for one in matched)))
    return Matches(matched, dict(skipped))


def skipped_sentence(skipped: dict[str, int], documents: Sequence[str]) -> str:
    """A sentence about the questions that were not asked; `documents` are the labels of the given documents."""
    count = sum(skipped.values())
    were = f"{counted(count, 'question')} {'was' if count == 1 else 'were'}"
    return f"{were} skipped: about {_listed(skipped)}, while the documents are {_listed(documents)}."


def _none_of(questions: int) -> str:
    return "No question is" if questions == 1 else f"None of the {questions:,} questions is"


def _named(corpus: str, documents: Sequence[Document]) -> list[Document]:
    """The documents that the corpus names; several if they have one name.

    The exact name goes before one in another case, and a whole name before a stem: "report.md" is report.md, even if
    there is a report.md.txt.
    """
    wanted = _key(corpus)
    ways: tuple[Callable[[Document], bool], ...] = (
        lambda document: corpus in (document.id, document.source_id),
        lambda document: document.number > 1 and document.label == corpus,
        lambda document: document.name == corpus,
        lambda document: _key(document.name) == wanted,
    )
    for is_named in ways:
        if found := _distinct(filter(is_named, documents)):
            return found
    found = _distinct(document for document in documents if _key(_stem(document.name)) == wanted)
    if len(found) > 1:
        raise UserError(
            f"The questions about {corpus} match several documents: {_labels(found)}. Give only one of them."
        )
    return found


def _with_excerpts(question: Question, documents: Sequence[Document], texts: _Texts) -> Document:
    """The only document, or else the one that has all excerpts or pages of the question."""
    if len(documents) == 1:
        return documents[0]
    fitting = [one for one in documents if texts.have_excerpts(question, one) and has_pages_of(question, one)]
    if len(fitting) == 1:
        return fitting[0]
    where = f"in all of {_labels(fitting)}" if fitting else "in none of them"
    sought = "excerpts" if question.references else "pages"
    raise UserError(
        f"The questions about {question.corpus} match several documents: {_labels(documents)}; the {sought} of "
        f"{question.id} are {where}. Give only one of them, or write the document's id, which the command parse prints "
        "with --json, in place of its name."
    )


def _distinct(documents: Iterable[Document]) -> list[Document]:
    return list({document.id: document for document in documents}.values())


def _labels(documents: Sequence[Document]) -> str:
    return _listed([document.label for document in documents])


def _key(name: str) -> str:
    """The name for comparison: file systems differ in case and in how they write accents."""
    return unicodedata.normalize("NFC", printable(name)).casefold()


def _stem(name: str) -> str:
    return PurePath(name).stem


def _mismatch(wrong: Sequence[tuple[Question, Document]], total: int) -> str:
    question, document = wrong[0]
    one, several = "differs from the document's text at its", "differ from the document's text at their"
    differ = f"{one if total == 1 else several} offsets"
    return (
        f"{len(wrong):,} of {counted(total, 'reference')} {differ} (the first: {question.id}, in {document.label}). "
        "Give the text that they were made for; with another one, the metrics would be wrong."
    )


def _listed(names: Sequence[str] | dict[str, int]) -> str:
    return ", ".join(sorted(dict.fromkeys(names)))


class _Texts:
    """The texts in which excerpts are found: those of the documents, and those that other parsers make of them."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._texts = {document.id: _Text(document) for document in documents}
        self._others: dict[str, list[Document]] = {}

    def find(self, reference: Reference, document: Document) -> Span | None:
        """The reference's span in the document; None if its content is not there."""
        return self._texts.setdefault(document.id, _Text(document)).find(reference)

    def have_excerpts(self, question: Question, document: Document) -> bool:
        """Whether all excerpts of the question are in the document."""
        return all(self.find(reference, document) for reference in question.references)

    def with_excerpts(self, question: Question, document: Document) -> Document:
        """The document, or the text of another parser that has all excerpts of the question, if this one has not."""
        if self.have_excerpts(question, document):
            return document
        if document.id not in self._others:
            self._others[document.id] = list(other_texts(document))
        others = self._others[document.id]
        return next((other for other in others if self.have_excerpts(question, other)), document)


class _Text:
    """A document's text, in which references are found by their offsets.

    Offsets are often computed on text as Python's `open` reads it, with every line end as one character. A document
    has the line ends of its file, so such offsets are translated.
    """

    def __init__(self, document: Document) -> None:
        self._text = document.text

    def find(self, reference: Reference) -> Span | None:
        """The reference's span in the document; None if its content is not there."""
        start, end = reference.span
        if self._text[start:end] == reference.content and end <= len(self._text):
            return reference.span
        as_read, places = self._as_read
        if as_read[start:end] == reference.content and end <= len(as_read):
            return Span(places[start], places[end])
        return None

    @cached_property
    def _as_read(self) -> tuple[str, list[int]]:
        text = self._text
        places = [i for i in range(len(text)) if not text.startswith("\r\n", i - 1)] if "\r" in text else []
        return re.sub("\r\n?", "\n", text) if places else "", [*places, len(text)]
