"""Checks of the input of a comparison."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from rag_core.documents.document import Document
from rag_core.documents.labels import labelled
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.stages.asking import CHOOSE_MODEL
from rag_core.strategy import Strategy
from rag_core.text.tokenizers import check_tokenizer


def checked(documents: Sequence[Document], strategies: Sequence[Strategy], tokenizer: str | None) -> list[Document]:
    """The distinct documents, with labels that tell them apart (`labelled`), all with the same tokenizer.

    `tokenizer` replaces the documents' own. Raises UserError if there are no documents or no strategies, if the
    documents' tokenizers differ, or if the tokenizer is unknown.
    """
    if not documents:
        raise UserError("There is no document to search. Open at least one.")
    if not strategies:
        raise UserError("There is no strategy to run. Name at least one.")
    names = {tokenizer or document.tokenizer for document in documents}
    if len(names) > 1:
        raise UserError(f"The documents are measured in different tokens ({', '.join(sorted(names))}). Choose one.")
    check_tokenizer(name := names.pop())
    distinct = labelled(documents)
    return [d if d.tokenizer == name else dataclasses.replace(d, tokenizer=name) for d in distinct]


def check_llm(strategies: Sequence[Strategy], llm: ChatModel | None) -> None:
    """Raise UserError if a strategy asks a language model for each question, and there is none."""
    asking = list(dict.fromkeys(strategy.name for strategy in strategies if strategy.asks_llm))
    if asking and llm is None:
        verb = "asks" if len(asking) == 1 else "ask"
        raise UserError(
            f"{' and '.join(asking)} {verb} a language model for each question, and none is chosen: {CHOOSE_MODEL}"
        )


def checked_question(question: str) -> str:
    """The question without surrounding white space; raises UserError if it is empty or not valid Unicode."""
    question = question.strip()
    if not question:
        raise UserError("The question is empty. Ask something about the document.")
    if any("\ud800" <= char <= "\udfff" for char in question):
        raise UserError("The question contains bytes that are not UTF-8 text. Type it again.")
    return question
