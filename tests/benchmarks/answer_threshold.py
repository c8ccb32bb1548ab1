"""Where the extractive answer should say "not found": the measurement of its minimum similarity.

Each question is asked of the corpus that answers it and of corpora that do not, and the similarity of the best sentence
in the baseline's hits is recorded. A question counts as answerable if a hit overlaps its gold excerpt. For answerable
questions, the effect of the required similarity of further sentences, relative to the best one, is printed as well.

    python -m tests.benchmarks.answer_threshold [late|per_chunk] [FOLDER_OF_DATA]
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import numpy as np

from rag_core import compare, open_document, preset
from rag_core.answers import extractive
from rag_core.answers.extractive import quotable_sentences, shortlist
from rag_core.documents.document import Document
from rag_core.embeddings.choice import built_in_vectors
from rag_core.embeddings.minilm import MIN_ANSWER_SIMILARITY
from rag_core.geometry import Span
from rag_core.stages.column_vectors import ColumnVectors
from rag_core.stages.results import Hit
from rag_core.strategy import Strategy
from tests.paths import ROOT

DATA = ROOT.parent / "shared" / "data"
CORPORA = ("state_of_the_union", "wikitexts", "chatlogs")
SAMPLE = ROOT / "rag_core" / "sample"
PAPERS = ("bert", "roberta", "superglue")
SHARES = (0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
THRESHOLDS = (0.25, 0.3, 0.35, 0.4, 0.42, 0.44, 0.46, 0.48, 0.5, 0.52, 0.55, 0.6)


class Question(NamedTuple):
    text: str
    gold: list[Span]


def main() -> None:
    data = Path(sys.argv[2]) if len(sys.argv) > 2 else DATA
    if not data.is_dir():
        sys.exit(f"The benchmark's data is not at {data}: give its folder as the first argument.")
    documents, questions = _chroma(data)
    documents["handbook"], questions["handbook"] = _handbook()
    answerable: list[float] = []
    unanswerable: list[float] = []
    for name, document in documents.items():
        for asked, of in questions.items():
            values = [_best(document, question, must_hold=asked == name) for question in of]
            found = [value for value in values if value is not None]
            (answerable if asked == name else unanswerable).extend(found)
            print(f"{asked:20} asked of {name:20} {len(found):4} questions, quartiles {_quartiles(found)}", flush=True)
    near = list(_same_field(data))
    print(f"{'llama paper':20} put to {'other papers':20} {len(near):4} questions, quartiles {_quartiles(near)}")
    _print_rates(answerable, unanswerable, near)
    _print_shares(documents, questions)


@cache
def _strategy() -> Strategy:
    return preset(f"baseline:search.pooling={sys.argv[1] if len(sys.argv) > 1 else 'late'}")


def _print_rates(answerable: Sequence[float], unanswerable: Sequence[float], near: Sequence[float]) -> None:
    print("\n  min similarity | answerable, yet not found | another field, yet answered | same field, yet answered")
    for threshold in sorted({*THRESHOLDS, MIN_ANSWER_SIMILARITY}):
        missed = np.mean(np.array(answerable) < threshold)
        made_up = np.mean(np.array(unanswerable) >= threshold)
        doubtful = np.mean(np.array(near) >= threshold)
        print(f"{threshold:16.2f} | {missed:25.1%} | {made_up:27.1%} | {doubtful:24.1%}")


def _print_shares(documents: Mapping[str, Document], questions: Mapping[str, Sequence[Question]]) -> None:
    print("\nshare of best | sentences | of them in the gold | answers with one in the gold")
    for share in SHARES:
        with patch.object(extractive, "SHARE_OF_BEST", share):
            cited = [found for name in documents for found in _in_gold(documents[name], questions[name])]
        right = [found for found in cited if found]
        print(
            f"{share:13.2f} | {np.mean([len(found) for found in right]):9.2f} | "
            f"{np.mean([inside for found in right for inside in found]):19.1%} | {np.mean(list(map(any, right))):.1%}"
        )


def _in_gold(document: Document, questions: Sequence[Question]) -> Iterator[list[bool]]:
    """For each question whose gold excerpt was retrieved: which cited sentences overlap it."""
    for question in questions:
        column = compare([document], question.text, [_strategy()], answers=True).columns[0]
        if column.answer and _holds(column.hits, question.gold):
            yield [any(c.start < g.end and g.start < c.end for g in question.gold) for c in column.answer.citations]


def _best(document: Document, question: Question, *, must_hold: bool) -> float | None:
    """The similarity of the best sentence; None if `must_hold` and no hit contains the gold excerpt."""
    hits = compare([document], question.text, [_strategy()]).columns[0].hits
    if must_hold and not _holds(hits, question.gold):
        return None
    vectors = ColumnVectors(built_in_vectors(), _strategy().search.pools)
    found = quotable_sentences(hits, [document])
    if not found:
        return None
    rows = vectors.of_texts([candidate.quoted for candidate in shortlist(question.text, found, vectors)])
    return float((rows @ vectors.query(question.text)).max())


def _holds(hits: Sequence[Hit], gold: Sequence[Span]) -> bool:
    return any(hit.start < span.end and span.start < hit.end for hit in hits for span in gold)


def _chroma(data: Path) -> tuple[dict[str, Document], dict[str, list[Question]]]:
    documents = {name: open_document(data / "chunking" / f"{name}.md") for name in CORPORA}
    questions: dict[str, list[Question]] = {name: [] for name in CORPORA}
    with (data / "chunking" / "questions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            questions[row["corpus_id"]].append(Question(row["question"], _gold(json.loads(row["references"]))))
    return documents, questions


def _handbook() -> tuple[Document, list[Question]]:
    listed = json.loads((SAMPLE / "questions.json").read_text(encoding="utf-8"))["questions"]
    return open_document(SAMPLE / "handbook.pdf"), [Question(q["question"], _gold(q["references"])) for q in listed]


def _gold(references: Sequence[dict[str, int]]) -> list[Span]:
    return [Span(reference["start_index"], reference["end_index"]) for reference in references]


def _same_field(data: Path) -> Iterator[float]:
    """Similarities for questions about the LLaMA paper in papers about other models, which may mention it."""
    listed = json.loads((data / "questions" / "llama_rag_dataset.json").read_text(encoding="utf-8"))["examples"]
    for name in PAPERS:
        document = open_document(data / "papers" / f"{name}.pdf")
        for example in listed:
            value = _best(document, Question(example["query"], []), must_hold=False)
            if value is not None:
                yield value


def _quartiles(values: Sequence[float]) -> str:
    return " ".join(f"{value:.2f}" for value in np.quantile(values, [0, 0.25, 0.5, 0.75, 1]))


if __name__ == "__main__":
    main()
