"""OCR of a scan against the text layer of the same pages: wrong characters, seconds a page, and the page of answers.

The scan is the first three pages of a paper. Every page is read anew, in a cache of its own. "In reading order" also
counts what stands in another place, such as a footnote at the end of its column and not of its page.

    python -m tests.benchmarks.ocr [FOLDER_OF_DATA]
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from rag_core import compare, open_document, preset
from rag_core.cache import ArrayCache
from rag_core.documents.document import Document
from rag_core.parts.parser import get_parser
from rag_core.pipeline.long_reading import read_now
from rag_core.pipeline.opening import source_of
from rag_core.pipeline.reading_job import PageReading
from rag_core.stages.resources import ParserResources
from tests.benchmarks.answer_threshold import DATA

SCAN, PAPER, PAGES = "papers/roberta_scanned_3_pages.pdf", "papers/roberta.pdf", 3
STRATEGIES = ("baseline:chunker.chunk_tokens=128,budget.hits=1", "hybrid:chunker.chunk_tokens=128,budget.hits=1")
# Each with the page that answers it.
QUESTIONS = {
    "Which score does the model achieve on the public GLUE leaderboard?": 1,
    "On which GLUE tasks does the model establish a new state of the art?": 1,
    "Which modifications does the improved recipe for training consist of?": 1,
    "What share of the input tokens is selected for possible replacement by the mask?": 2,
    "Which values of the Adam parameters β1 and β2 is BERT optimized with?": 2,
    "What does the next sentence prediction loss predict?": 2,
    "How many layers, attention heads and hidden dimensions does the transformer have?": 2,
    "How large is the OpenWebText corpus, and which URLs was it extracted from?": 3,
    "Where do the examinations of the RACE dataset come from?": 3,
    "How does SQuAD V2.0 differ from V1.1 when a question is not answered in the context?": 3,
}
_PIECE = 60  # characters that are looked for in one place


class ErrorRates(NamedTuple):
    """The shares of wrong characters: wherever a piece of the text stands, and in the order of reading."""

    anywhere: float
    in_order: float


def error_rates(reference: str, read: str) -> ErrorRates:
    """The shares of the reference that were read otherwise; runs of white space are one character."""
    reference, read = " ".join(reference.split()), " ".join(read.split())
    wrong = 0
    for piece in _pieces(reference):
        found = fuzz.partial_ratio_alignment(piece, read)
        wrong += Levenshtein.distance(piece, read[found.dest_start : found.dest_end]) if found else len(piece)
    return ErrorRates(wrong / len(reference), Levenshtein.distance(reference, read) / len(reference))


def _pieces(text: str) -> Iterator[str]:
    piece: list[str] = []
    for word in text.split():
        piece.append(word)
        if sum(map(len, piece)) + len(piece) > _PIECE:
            yield " ".join(piece)
            piece = []
    if piece:
        yield " ".join(piece)


def text_layer(data: Path) -> str:
    """The text of the pages that were scanned, from the file that has it."""
    paper = open_document(data / PAPER)
    return paper.text[: paper.pages[PAGES - 1].end]


def right_pages(document: Document, spec: str) -> list[bool]:
    """For each question, whether the best hit touches the page that answers it."""
    found = (compare([document], question, [preset(spec)]).columns[0].hits for question in QUESTIONS)
    return [page in hits[0].pages for hits, page in zip(found, QUESTIONS.values(), strict=True)]


class Took(NamedTuple):
    """Seconds for all pages: on the clock, and of processor time, which other work on the machine does not lengthen."""

    wall_s: float
    cpu_s: float


def _read_anew(path: Path, folder: str) -> tuple[Document, Took]:
    parser, allowed = get_parser("ocr"), ParserResources(cache=ArrayCache(Path(folder), 10**9))
    paged, source = parser.paged(), source_of(path)
    assert paged is not None, "the parser ocr reads page by page"
    began_s, used_s = time.monotonic(), _children_s()
    read_now(PageReading(paged, source, allowed))
    took = Took(time.monotonic() - began_s, _children_s() - used_s)
    return parser.read(source, allowed), took


def _children_s() -> float:
    """The processor time of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    with tempfile.TemporaryDirectory() as folder:
        document, took = _read_anew(data / SCAN, folder)
    rates = error_rates(text_layer(data), document.text)
    pages = len(document.pages)
    print("| characters wrong, % | in reading order, % | seconds a page | of processor time |\n|---|---|---|---|")
    print(f"| {100 * rates.anywhere:.1f} | {100 * rates.in_order:.1f} ", end="")
    print(f"| {took.wall_s / pages:.1f} | {took.cpu_s / pages:.1f} |")
    print("\n| strategy | questions whose best hit is on the right page |\n|---|---|")
    for spec in STRATEGIES:
        right = right_pages(document, spec)
        print(f"| `{spec}` | {sum(right)} of {len(right)} |", flush=True)


if __name__ == "__main__":
    main()
