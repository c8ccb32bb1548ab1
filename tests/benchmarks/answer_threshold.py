"""How often an extractive answer is wrong, and how often one is withheld that the hits contain.

Six sets of questions are asked: those of three corpora and of the handbook, of the text that answers them
("answerable") and of the other texts ("other field"); questions on the LLaMA paper, of three other papers ("same
field", which may mention it); and 100 questions on two quarterly reports, whose answers were marked by
hand, with the page; those of another period, another company, or about what a report does not say have none. An answer
is wrong if no sentence of it contains the mark or overlaps the gold excerpt.

Most constants of `answers/shared_words.py` were searched on the first half of the questions on reports (`half` 0) and
the other sets. Some rules were added after reading wrong answers of both halves, so the second is not a clean test.

    python -m tests.benchmarks.answer_threshold [--pooling late per_chunk] [--chunk-tokens 1024 256] [FOLDER_OF_DATA]
"""

from __future__ import annotations

import argparse
import csv
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from rag_core import compare, open_document, preset
from rag_core.documents.document import Document
from rag_core.embeddings.choice import built_in_vectors
from rag_core.geometry import Span
from rag_core.stages.column_vectors import ColumnVectors
from rag_core.strategy import Strategy
from tests.benchmarks.answer_rates import Asked, Question, ask, marked, rates
from tests.paths import ROOT

DATA = ROOT.parent / "shared" / "data"
CORPORA = ("state_of_the_union", "wikitexts", "chatlogs")
SAMPLE = ROOT / "rag_core" / "sample"
PAPERS = ("bert", "roberta", "superglue")
FILING_QUESTIONS = Path(__file__).with_name("filing_questions.csv")
SPECS = {1024: "baseline:", 256: "baseline:chunker.chunk_tokens=256,chunker.overlap_tokens=20,budget.hits=5,"}


class Put(NamedTuple):
    """A question that is put to a document, as one of a set."""

    set: str
    document: Document
    question: Question


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=DATA)
    parser.add_argument("--pooling", nargs="*", default=["late", "per_chunk"])
    parser.add_argument("--chunk-tokens", nargs="*", type=int, default=list(SPECS), choices=list(SPECS))
    options = parser.parse_args()
    if not options.data.is_dir():
        parser.error(f"the benchmark's data is not at {options.data}: give its folder")
    put = [*_gold_sets(options.data), *_same_field(options.data), *filing_sets(options.data)]
    for pooling in options.pooling:
        for tokens in options.chunk_tokens:
            strategy = preset(f"{SPECS[tokens]}search.pooling={pooling}")
            print(f"\n{pooling}, chunks of {tokens} tokens, {strategy.budget.hits} hits", flush=True)
            _print_rates(measured(put, strategy))


def measured(put: Sequence[Put], strategy: Strategy) -> Mapping[str, list[Asked]]:
    """The outcomes of each set. Questions with gold excerpts count only if a hit has some of one."""
    vectors = ColumnVectors(built_in_vectors(), strategy.search.pools)
    found: dict[str, list[Asked]] = {}
    for name, document, question in put:
        hits = compare([document], question.text, [strategy]).columns[0].hits
        asked = ask(document, question, hits, vectors)
        if name != "answerable" or asked.after.held:
            found.setdefault(name, []).append(asked)
    return found


def _print_rates(found: Mapping[str, list[Asked]]) -> None:
    for name, of_set in found.items():
        for when in ("before", "after"):
            outcomes = [getattr(asked, when) for asked in of_set]
            print(f"  {name:32} {when:6} {rates(outcomes, answerable='answerable' in name)}")


def half(question: str) -> int:
    """The half, 0 or 1, that a question belongs to."""
    return zlib.crc32(question.encode()) % 2


def filing_sets(data: Path) -> Iterator[Put]:
    """The questions on quarterly reports, by kind and half."""
    documents: dict[str, Document] = {}
    with FILING_QUESTIONS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            path = data / "filings" / f"{row['document']}.pdf"
            document = documents.get(row["document"]) or open_document(path)
            documents[row["document"]] = document
            gold = marked(document, int(row["page"]), row["answer"]) if row["answer"] else []
            kind = row["kind"] if row["kind"] == "answerable" else "no answer"
            name = f"reports, {kind}, {'second half' if half(row['question']) else 'first half'}"
            yield Put(name, document, Question(row["question"], gold))


def _gold_sets(data: Path) -> Iterator[Put]:
    documents, questions = _chroma(data)
    documents["handbook"], questions["handbook"] = _handbook()
    for name, document in documents.items():
        for asked, of in questions.items():
            for question in of:
                yield (
                    Put("answerable", document, question)
                    if asked == name
                    else Put("other field", document, Question(question.text, []))
                )


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


def _same_field(data: Path) -> Iterator[Put]:
    listed = json.loads((data / "questions" / "llama_rag_dataset.json").read_text(encoding="utf-8"))["examples"]
    for name in PAPERS:
        document = open_document(data / "papers" / f"{name}.pdf")
        for example in listed:
            yield Put("same field", document, Question(example["query"], []))


if __name__ == "__main__":
    main()
