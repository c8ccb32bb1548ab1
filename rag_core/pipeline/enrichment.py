"""What pages and command line use: what is written of a strategy's chunks, having the rest written, and sharing it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from rag_core.cache import key_of
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.enrichment.chunk_texts import Call, Chunk, missing_calls
from rag_core.enrichment.estimate import Estimate, estimate_of
from rag_core.enrichment.files import from_json, to_json
from rag_core.enrichment.job import WritingJob
from rag_core.enrichment.records import Record, Records, fingerprint, required_kinds
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.pipeline.build import resources_for
from rag_core.pipeline.column_documents import column_documents
from rag_core.strategy import Strategy

_MOST_JOBS = 50
_jobs: dict[str, WritingJob] = {}
_lock = threading.Lock()


class Status(NamedTuple):
    """Of `chunks`, `complete` have all that the strategy wants of them; of `texts`, `written` are there.

    A text is a summary, or a chunk's questions. `models` says how many texts each wrote. Wherever other texts are
    written, and so the index is another, `fingerprint` is another.
    """

    chunks: int
    complete: int
    texts: int
    written: int
    models: dict[str, int]
    fingerprint: str


class _Known(NamedTuple):
    """What is written of each chunk, by that model or imported."""

    chunks: list[Chunk]
    found: list[Record]
    questions: int
    records: Records


def status(strategy: Strategy, documents: Sequence[Document], llm: ChatModel | None, vectors: Vectors) -> Status:
    """What is written so far, by this model or imported."""
    known = _known(strategy, documents, llm, vectors)
    texts = len(required_kinds(known.questions))
    models = Counter(text.model for record in known.found for text in record if text)
    return Status(
        chunks=len(known.chunks),
        complete=sum(sum(text is not None for text in record) == texts for record in known.found),
        texts=texts * len(known.chunks),
        written=models.total(),
        models=dict(models),
        fingerprint=fingerprint(known.found),
    )


def missing(strategy: Strategy, documents: Sequence[Document], llm: ChatModel, vectors: Vectors) -> list[Call]:
    """What the model would be asked."""
    known = _known(strategy, documents, llm, vectors)
    return missing_calls(known.chunks, known.found, known.questions)


def estimate(strategy: Strategy, documents: Sequence[Document], llm: ChatModel, vectors: Vectors) -> Estimate:
    """What it will take to have the missing written."""
    known = _known(strategy, documents, llm, vectors)
    calls = missing_calls(known.chunks, known.found, known.questions)
    return estimate_of(calls, known.found, known.questions, llm)


def start_writing(strategy: Strategy, documents: Sequence[Document], llm: ChatModel, vectors: Vectors) -> WritingJob:
    """Have the missing written in the background; the job of the same that is going on, if there is one."""
    key = _key(strategy, documents, llm, vectors)
    with _lock:
        job = _jobs.get(key)
        if job is None or job.ended:
            job = _jobs[key] = WritingJob(missing(strategy, documents, llm, vectors), llm, Records(vectors.cache, llm))
            job.start()
            _forget_old()
        return job


def writing_job(
    strategy: Strategy, documents: Sequence[Document], llm: ChatModel, vectors: Vectors
) -> WritingJob | None:
    """The job that writes this, whoever started it, or the last one that did; None if none was started."""
    return _jobs.get(_key(strategy, documents, llm, vectors))


def export_json(strategy: Strategy, documents: Sequence[Document], llm: ChatModel | None, vectors: Vectors) -> str:
    """The set as a file that can be shared; see `files`."""
    known = _known(strategy, documents, llm, vectors)
    return to_json(known.chunks, known.found)


def import_json(data: str | bytes, strategy: Strategy, documents: Sequence[Document], vectors: Vectors) -> int:
    """Take a set from a file's content, in the place of what was imported before; for how many chunks.

    Raises UserError where it does not fit the strategy's chunks; then nothing of it is taken.
    """
    known = _known(strategy, documents, None, vectors)
    pairs = from_json(data, known.chunks)
    for chunk, entry in pairs:
        known.records.store_imported(chunk.document, chunk.span, entry.texts)
    return len(pairs)


def forget_imported(strategy: Strategy, documents: Sequence[Document], vectors: Vectors) -> None:
    """Drop what was imported for the strategy's chunks: what a model wrote counts again."""
    known = _known(strategy, documents, None, vectors)
    for chunk in known.chunks:
        known.records.store_imported(chunk.document, chunk.span, {})


def questions_of_strategy(strategy: Strategy) -> int:
    """How many questions a model writes of each chunk; raises UserError where it has nothing to write."""
    questions = strategy.reference.written_questions
    if questions is None:
        raise UserError(
            f"In the strategy {strategy.name!r} a language model writes nothing: "
            "set reference.kind=metadata and reference.writer=llm."
        )
    return questions


def chunks_of(strategy: Strategy, documents: Sequence[Document], vectors: Vectors) -> list[Chunk]:
    """All chunks of the distinct documents as the strategy's parser reads them, in order."""
    resources = resources_for(strategy, vectors)
    read = column_documents(strategy, documents, resources).documents
    return [
        Chunk(document, number, span)
        for document in {document.id: document for document in read}.values()
        for number, span in enumerate(strategy.chunker.chunk(document, resources), 1)
    ]


def _known(strategy: Strategy, documents: Sequence[Document], llm: ChatModel | None, vectors: Vectors) -> _Known:
    questions = questions_of_strategy(strategy)
    records = Records(vectors.cache, llm)
    chunks = chunks_of(strategy, documents, vectors)
    found = [records.of(chunk.document, chunk.span, questions) for chunk in chunks]
    return _Known(chunks, found, questions, records)


def _key(strategy: Strategy, documents: Sequence[Document], llm: ChatModel, vectors: Vectors) -> str:
    read = column_documents(strategy, documents, resources_for(strategy, vectors)).documents
    cut = [f"{d.text_hash} {d.tokenizer} {d.char_boxes is None}" for d in read]
    questions = questions_of_strategy(strategy)
    return key_of("writing", llm.identity, id(vectors.cache), strategy.chunker.model_dump_json(), questions, *cut)


def _forget_old() -> None:
    ended = [key for key, job in _jobs.items() if job.ended]
    for key in ended[: max(len(_jobs) - _MOST_JOBS, 0)]:
        del _jobs[key]
