"""What was tried to improve query spans, on three corpora of the Chroma benchmark.

    python -m tests.benchmarks.span_tuning [FOLDER_OF_DATA]

Each change has a setting, which is chosen on two corpora and measured on the third, all three ways round. Printed are
the differences in recall at 500 context tokens, in points, with 95 % intervals of a paired bootstrap.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag_core import preset
from rag_core.documents.document import Document
from rag_core.embeddings.choice import built_in_vectors
from rag_core.evaluation.matching import match
from rag_core.evaluation.metrics import recall
from rag_core.evaluation.question_sets import read_questions
from rag_core.geometry import Span
from rag_core.parts.search.bm25 import bm25_scores, term_index
from rag_core.parts.search.dense import dense_scores
from rag_core.parts.search.hybrid import HybridSearch
from rag_core.parts.search.ranked import document_order, ranked
from rag_core.parts.search.scaling import scaled
from rag_core.pipeline.build import StrategyIndex, build, resources_for
from rag_core.stages.entry_vectors import RunVectors
from rag_core.stages.query import Query
from rag_core.stages.resources import Resources
from tests.benchmarks.quality import CORPORA, DATA, corpora

Floats = NDArray[np.float64]
TOKENS = 500
# Headings of wikitexts: " = Title = ", with one sign more for each level.
HEADING = re.compile(r"^ *(=(?: =)*) (.+?) \1 *$", re.MULTILINE)


class Lab:
    """The scaled scores of all questions at all levels, each of shape (questions, levels, atoms)."""

    def __init__(self, data: Path) -> None:
        self.documents = corpora(data)
        self.asked = match(read_questions(data / "chunking" / "questions.csv"), self.documents).questions
        strategy, vectors = preset(f"query_spans:budget.kind=tokens,budget.tokens={TOKENS}"), built_in_vectors()
        resources = resources_for(strategy, vectors)
        self.built = build(strategy, self.documents, resources)
        self.order = document_order(self.built.entries)
        queries = [Query(matched.question.text) for matched in self.asked]
        runs = resources.vectors.of_entries(self.built.entries, self.documents)
        assert isinstance(runs, RunVectors)
        assert isinstance(strategy.search, HybridSearch)
        terms = term_index(strategy.search, self.built.entries, self.documents)
        with_headings = [
            replace(one, context=path) for one, path in zip(self.built.entries, self._paths(), strict=True)
        ]
        more_terms = term_index(strategy.search, with_headings, self.documents)
        self.dense = _stacked(dense_scores(runs, queries, resources)[0])
        self.lexical = _stacked(bm25_scores(terms, queries))
        self.lexical_with_headings = _stacked(bm25_scores(more_terms, queries))
        self.shares = np.stack([_shares(runs, query, resources) for query in queries])
        self.corpus = np.array([self.documents.index(matched.document) for matched in self.asked])

    def _paths(self) -> list[tuple[Span, ...]]:
        """The headings above each atom, from the document's title down."""
        paths = [_heading_paths(document) for document in self.documents]
        starts = [np.array([start for start, _ in of]) for of in paths]
        found = []
        for entry in self.built.entries:
            above = int(np.searchsorted(starts[entry.document], entry.chunk.start, side="right"))
            found.append(paths[entry.document][above - 1][1] if above else ())
        return found

    def recalls(self, scores: Floats) -> Floats:
        """The recall of each question where the atoms have these scores."""
        return np.array([self._recall(i, row.astype(np.float32)) for i, row in enumerate(scores)])

    def _recall(self, question: int, scores: NDArray[np.float32]) -> float:
        built: StrategyIndex = self.built
        ranking = ranked(self.order, None, {"fused": scores})
        taken = built.strategy.budget.take(
            ranking, lambda prefix: built.strategy.reference.resolve(prefix, built), built
        )
        here = [one.span for one in taken if one.document == self.corpus[question]]
        return recall(self.asked[question].gold, here)


def changes(lab: Lab) -> dict[str, dict[float, Floats]]:
    """The atoms' scores for each setting of each change, the preset's own first."""
    dense, lexical = lab.dense.mean(1), lab.lexical.mean(1)
    base = (dense + lexical) / 2
    alone, wide = (
        {k: (_weighted(lab.dense, level, k) + _weighted(lab.lexical, level, k)) / 2 for k in (1, 0, 0.5, 2, 3)}
        for level in (0, -1)
    )
    return {
        "weight of the dense score": {w: w * dense + (1 - w) * lexical for w in (0.5, 0.3, 0.4, 0.6, 0.7)},
        "weight of the atom alone": alone,
        "weight of the widest window": wide,
        "a sentence's share in each window's cosine": {
            w: (1 - w) * base + w * lab.shares[:, 1:].mean(1) for w in (0, 0.05, 0.1, 0.2, 0.3)
        },
        "heading path in BM25": {0: base, 1: (dense + lab.lexical_with_headings.mean(1)) / 2},
    }


def _weighted(scores: Floats, level: int, weight: float) -> Floats:
    weights = np.ones(scores.shape[1])
    weights[level] = weight
    found: Floats = np.tensordot(weights / weights.sum(), scores, axes=(0, 1))
    return found


def _stacked(levels: Sequence[NDArray[np.float32]]) -> Floats:
    return np.stack([scaled(scores) for scores in levels], axis=1).astype(np.float64)


def _shares(runs: RunVectors, query: Query, resources: Resources) -> Floats:
    """What each atom adds to the cosine of each window around it, scaled."""
    own = runs.scores(resources.vectors.of_query(query.text, query.role))[0] * runs.norms[0]
    shares = np.divide(own, runs.norms, out=np.zeros_like(runs.norms), where=runs.norms > 0)
    return scaled(shares).astype(np.float64)


def _heading_paths(document: Document) -> list[tuple[int, tuple[Span, ...]]]:
    """The beginning of each section and its headings; a heading ends the sections of its level and below."""
    path: list[tuple[int, Span]] = []
    found = []
    for match_ in HEADING.finditer(document.text):
        level = match_.group(1).count("=")
        path = [(above, span) for above, span in path if above < level] + [(level, Span(*match_.span(2)))]
        found.append((match_.start(), tuple(span for _, span in path)))
    return found


def interval(differences: Floats) -> str:
    """The mean difference in points, with its 95 % interval by 4,000 resamples."""
    rows = np.random.default_rng(0).integers(0, len(differences), (4000, len(differences)))
    low, high = 100 * np.quantile(differences[rows].mean(1), (0.025, 0.975))
    return f"{100 * differences.mean():+.1f} [{low:+.1f}, {high:+.1f}]"


def left_out(lab: Lab, recalls: Mapping[float, Floats]) -> list[str]:
    """For each corpus, the setting that is best on the other two, and its difference to the preset's on this one."""
    own, *_ = recalls
    cells, differences = [], np.zeros(len(lab.corpus))
    for corpus in range(len(CORPORA)):
        here = lab.corpus == corpus
        best = max(recalls, key=lambda setting: (recalls[setting][~here].mean(), setting == own))
        differences[here] = (recalls[best] - recalls[own])[here]
        cells.append(f"{best:g}: {interval(differences[here])}")
    return [*cells, interval(differences)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=DATA)
    lab = Lab(parser.parse_args().data)
    print(f"| change | {' | '.join(CORPORA)} | all |\n|---|{'---|' * (len(CORPORA) + 1)}")
    for name, settings in changes(lab).items():
        recalls = {setting: lab.recalls(scores) for setting, scores in settings.items()}
        print(f"| {name} | {' | '.join(left_out(lab, recalls))} |", flush=True)
        if name.startswith("heading"):
            gains = [interval((recalls[1] - recalls[0])[lab.corpus == corpus]) for corpus in range(len(CORPORA))]
            print(f"| {name}, without choosing | {' | '.join(gains)} | {interval(recalls[1] - recalls[0])} |")


if __name__ == "__main__":
    main()
