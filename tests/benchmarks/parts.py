"""The table of every part in docs/quality.md: recall at equal context tokens, with intervals against the baseline.

    python -m tests.benchmarks.parts [FOLDER_OF_DATA] [--report FILE.pdf QUESTIONS.csv] [--llm URL --model NAME]
                                     [--asked 40] [--judged N] [--write]

Rows follow from the registry (`part_rows`). Parts that ask a language model for each question are measured on
some questions of each set, drawn with a fixed seed, against the baseline on the same questions; replies are cached in
CHUNKSCOPE_HOME. With --write, the tables replace those in docs/quality.md; else they are printed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag_core import preset
from rag_core.llms.base import ChatModel
from rag_core.llms.choice import OPENAI_LIKE, LlmChoice
from rag_core.llms.factory import llm_of
from rag_core.strategy import Strategy
from tests.benchmarks.paired import Floats, interval, passages
from tests.benchmarks.part_rows import BASE, Row, rows
from tests.benchmarks.published import published_table
from tests.benchmarks.quality import DATA
from tests.benchmarks.question_sets import QuestionSet, question_sets
from tests.paths import ROOT

TOKENS = (250, 500, 1000, 2000)
PAGE = ROOT / "docs" / "quality.md"
COMMAND = "`python -m tests.benchmarks.parts`"
BEGIN = "<!-- parts: python -m tests.benchmarks.parts -->"
END = "<!-- end of parts -->"
_HEAD = f"| slot | part | {' | '.join(f'{n:,}' for n in TOKENS)} |\n|---|---|{'---|' * len(TOKENS)}"
# Of the language model; a prompt holds ten chunks.
_LIMITS: dict[str, Any] = {"temperature": 0.0, "answer_tokens": 160, "context_tokens": 6000, "timeout_s": 3600.0}


class Table:
    """The rows on one question set, each with its differences to the baseline."""

    def __init__(self, questions: QuestionSet, llm: ChatModel | None, asked: Mapping[str, int]) -> None:
        """`asked` is the number of questions for parts that ask a language model, by slot."""
        self._set, self._llm, self._asked = questions, llm, asked
        self._groups = passages(questions.matched())
        self._base = questions.measured(_budgets(BASE))

    def line(self, row: Row) -> str:
        """The row in Markdown."""
        if reason := row.reason or self._missing_llm(row):
            return _line(row, row.label, [reason, *[""] * (len(TOKENS) - 1)])
        if row.spec == BASE:
            return _line(row, row.label, [f"{100 * shares.mean():.1f}" for shares in self._base])
        if row.asks_llm:
            chosen = self._set.chosen(self._asked[row.slot])
            found = self._set.only(chosen).measured(_budgets(row.spec), self._llm)
            return _line(row, f"{row.label} ({len(chosen)} questions)", self._cells(found, chosen))
        return _line(row, row.label, self._cells(self._set.measured(_budgets(row.spec)), range(self._set.size)))

    def _missing_llm(self, row: Row) -> str:
        """Why a row has no figures for want of a language model; empty if it needs none, or there is one."""
        if row.texts_per_chunk:
            calls = row.texts_per_chunk * self._set.chunks(preset(BASE))
            return f"not measured: a language model would be called {calls:,} times, once for each chunk"
        if not row.asks_llm:
            return ""
        if self._llm is None:
            return "not measured: it needs a language model (`--llm`)"
        return "" if self._asked[row.slot] else "not measured: no question was asked of the language model (`--judged`)"

    def _cells(self, found: Floats, questions: Sequence[int]) -> list[str]:
        """The mean in percent for each number of tokens, and in brackets the difference in points with its interval."""
        at = np.array(questions)
        cells = []
        for shares, base in zip(found, self._base[:, at], strict=True):
            mean, low, high = (100 * value for value in interval(shares - base, self._groups[at]))
            cells.append(f"{100 * shares.mean():.1f} ({mean:+.1f} [{low:+.1f}, {high:+.1f}])")
        return cells


def _line(row: Row, label: str, cells: Sequence[str]) -> str:
    return f"| {' | '.join([row.slot, label, *cells])} |"


def _budgets(spec: str) -> list[Strategy]:
    return [preset(f"{spec},budget.kind=tokens,budget.tokens={n}") for n in TOKENS]


def tables(sets: Iterable[QuestionSet], llm: ChatModel | None, asked: Mapping[str, int]) -> str:
    """A table for each question set, row by row, reported on standard error as they are ready."""
    found = []
    for questions in sets:
        table = Table(questions, llm, asked)
        name = questions.metric.replace("_", " ")
        title = f"{name.capitalize()} in percent, {questions.noun}, {questions.size} questions ({COMMAND}):"
        lines = [title, "", _HEAD]
        for row in rows():
            lines.append(table.line(row))
            print(lines[-1], file=sys.stderr, flush=True)
        found.append("\n".join(lines))
    return "\n\n".join(found)


def write(text: str) -> None:
    """Put the tables between their marks in docs/quality.md."""
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=DATA)
    parser.add_argument("--report", type=Path, nargs=2, metavar=("FILE.pdf", "QUESTIONS.csv"))
    parser.add_argument("--llm", metavar="URL", help="a server of OpenAI's protocol, such as http://localhost:8081/v1")
    parser.add_argument("--model", default="qwen2.5-coder-1.5b-instruct", help="the model's name on the server")
    parser.add_argument("--asked", type=int, default=40, help="questions of each set for queries by the model")
    parser.add_argument("--judged", type=int, default=0, help="questions of each set for reranking by the model")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/quality.md")
    options = parser.parse_args()
    llm = None
    if options.llm:
        choice = LlmChoice(OPENAI_LIKE, options.model, options.llm, **_LIMITS)
        llm = llm_of(choice)
    asked = {"query": options.asked, "rerank": options.judged}
    sets = question_sets(options.data, options.report)
    text = f"{tables(sets, llm, asked)}\n\n{published_table(sets[0].searched[0], COMMAND)}"
    if options.write:
        write(text)
    else:
        print(text)


if __name__ == "__main__":
    main()
