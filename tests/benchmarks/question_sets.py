"""The question sets of the table of parts: three corpora of the Chroma benchmark, and reports with figures."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag_core import evaluate, read_questions
from rag_core.documents.document import Document
from rag_core.evaluation.matching import MatchedQuestion, match
from rag_core.evaluation.question_sets import Question
from rag_core.llms.base import ChatModel
from rag_core.strategy import Strategy
from tests.benchmarks.filings import reports
from tests.benchmarks.paired import Floats
from tests.benchmarks.quality import corpora

_SEED = 0


@dataclass(frozen=True)
class Searched:
    """Documents that are searched together, with the questions on them."""

    documents: Sequence[Document]
    questions: Sequence[Question]


@dataclass(frozen=True)
class QuestionSet:
    """Questions with the measure that their gold allows; `noun` is what is searched."""

    noun: str
    metric: str
    searched: Sequence[Searched]

    @property
    def size(self) -> int:
        return sum(len(one.questions) for one in self.searched)

    def matched(self) -> list[MatchedQuestion]:
        """All questions with their documents, in the order of the measures."""
        return [asked for one in self.searched for asked in match(one.questions, one.documents).questions]

    def measured(self, strategies: Sequence[Strategy], llm: ChatModel | None = None) -> Floats:
        """The measure of each strategy for each question, shape (strategies, questions)."""
        return np.hstack([self._measured(one, strategies, llm) for one in self.searched])

    def _measured(self, one: Searched, strategies: Sequence[Strategy], llm: ChatModel | None) -> Floats:
        if not one.questions:
            return np.zeros((len(strategies), 0))
        found = evaluate(one.documents, one.questions, strategies, llm=llm).strategies
        return np.array([[question.metrics[self.metric] for question in of.per_question] for of in found], np.float64)

    def chunks(self, strategy: Strategy) -> int:
        """The number of chunks that a strategy has of all documents."""
        one_each = ((one.documents, one.questions[:1]) for one in self.searched)
        return sum(evaluate(*asked, [strategy]).strategies[0].counts.chunks for asked in one_each)

    def chosen(self, count: int) -> list[int]:
        """The positions of so many questions, drawn at random with a fixed seed, in ascending order."""
        return sorted(random.Random(_SEED).sample(range(self.size), self.size)[:count])

    def only(self, positions: Sequence[int]) -> QuestionSet:
        """The set with the questions at these positions alone."""
        wanted, first, searched = set(positions), 0, []
        for one in self.searched:
            asked = [question for i, question in enumerate(one.questions, first) if i in wanted]
            searched.append(Searched(one.documents, asked))
            first += len(one.questions)
        return QuestionSet(self.noun, self.metric, searched)


def question_sets(data: Path, report: tuple[Path, Path] | None = None) -> list[QuestionSet]:
    """The question sets in the folder of data; `report` is one more report with its questions."""
    asked = read_questions(data / "chunking" / "questions.csv")
    each = [Searched([document], questions) for document, questions in reports(data, report)]
    return [
        QuestionSet("three corpora", "recall", [Searched(corpora(data), asked)]),
        QuestionSet(f"{len(each)} reports", "page_recall", each),
    ]
