"""The error rate of the mark "not supported by the retrieved text", for choosing the minimum similarity.

Sentences of real answers were labelled by hand as supported by the hits that they cite, or by any hit if they cite
none. FILE, by default support_labels.jsonl next to this module, has one answer per line, `{"document": NAME, "hits":
[[rank, start, end], ...], "answer": TEXT, "supported": [true, ...]}`, with a label for each sentence that
`cited_sentences` finds; NAME is handbook, or a paper or corpus of the data.

The 100 labelled sentences were written by Qwen2.5-Coder-1.5B-Instruct (Q4_K_M) at temperature 0.1 with the default
prompt, from the 3 hits of the baseline with chunks of 128 or 256 tokens. The questions are of the handbook's set, of
the LLaMA dataset, and our own on BERT and RoBERTa. A word like "this" was interpreted in the context of the answer; a
sentence that only a hit it does not cite supports is labelled unsupported.

    python -m tests.benchmarks.support_threshold [FILE [FOLDER_OF_DATA]]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rag_core import open_document
from rag_core.answers.citations import cited_sentences
from rag_core.answers.support import MIN_SUPPORT, Evidence, Support
from rag_core.documents.document import Document
from rag_core.stages.results import Hit
from tests.benchmarks.answer_threshold import DATA, SAMPLE

LABELS = Path(__file__).with_name("support_labels.jsonl")
THRESHOLDS = (0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.72, 0.74, 0.76, 0.78, 0.8, 0.85, 0.9)


class Judged(NamedTuple):
    """The values that the rule uses for a sentence, and the sentence's label."""

    support: Support
    label: bool

    def marked(self, threshold: float, *, numbers: bool) -> bool:
        """Whether the sentence is marked as not supported."""
        similarity = self.support.similarity
        stand = self.support.numbers_stand or not numbers
        return similarity is None or similarity < threshold or not stand


def main() -> None:
    labels = Path(sys.argv[1]) if len(sys.argv) > 1 else LABELS
    lines = labels.read_text(encoding="utf-8").splitlines()
    judged = [sentence for line in lines for sentence in _judged(json.loads(line))]
    citing = [sentence for sentence in judged if sentence.support.similarity is not None]
    right, rightly = (sum(sentence.label for sentence in some) for some in (judged, citing))
    print(f"{len(judged)} sentences, {right} of them supported; {len(citing)} cite a hit, {rightly} of them supported")
    _print_rates("all sentences", judged)
    _print_rates("those that cite a hit", citing)
    _print_rates("those that cite a hit, whatever their numbers", citing, numbers=False)


def _judged(answer: dict[str, object]) -> Iterator[Judged]:
    document, labels = _document(str(answer["document"])), answer["supported"]
    hits = [_hit(document, *span) for span in answer["hits"]]
    evidence = Evidence(hits, [document])
    found = cited_sentences(str(answer["answer"]), evidence.ranks)
    for support, label in zip(evidence.supports(found), labels, strict=True):
        yield Judged(support, bool(label))


@cache
def _document(name: str) -> Document:
    if name == "handbook":
        return open_document(SAMPLE / "handbook.pdf")
    data = Path(sys.argv[2]) if len(sys.argv) > 2 else DATA
    paper = data / "papers" / f"{name}.pdf"
    return open_document(paper if paper.exists() else data / "chunking" / f"{name}.md")


def _hit(document: Document, rank: int, start: int, end: int) -> Hit:
    text = document.text[start:end]
    return Hit(document=document.id, start=start, end=end, text=text, score=0, rank=rank, pages=[], via=[])


def _print_rates(title: str, judged: Sequence[Judged], *, numbers: bool = True) -> None:
    print(f"\n{title}\n  min similarity | wrong | marked, yet supported | not marked, yet not supported")
    for threshold in sorted({*THRESHOLDS, MIN_SUPPORT}):
        marked = np.array([sentence.marked(threshold, numbers=numbers) for sentence in judged])
        label = np.array([sentence.label for sentence in judged])
        print(
            f"{threshold:16.2f} | {np.mean(marked == label):5.1%} | {np.mean(marked[label]):21.1%} | "
            f"{np.mean(~marked[~label]):.1%}"
        )


if __name__ == "__main__":
    main()
