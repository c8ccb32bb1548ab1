"""What a language model writes about a strategy's chunks: its status, writing what is missing, export and import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from functools import partial
from typing import NamedTuple

from rag_core.cache import key_of
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.enrichment.chunk_texts import Call, Chunk, missing_calls
from rag_core.enrichment.estimate import Estimate, estimate_of
from rag_core.enrichment.files import from_json, to_json
from rag_core.enrichment.job import WritingJob
from rag_core.enrichment.records import Record, Records, fingerprint
from rag_core.enrichment.written_text import WrittenText, all_of, one_of_each
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.pipeline.build import resources_for
from rag_core.pipeline.column_documents import column_documents
from rag_core.pipeline.held_jobs import HeldJobs
from rag_core.strategy import Strategy

_jobs: HeldJobs[WritingJob] = HeldJobs()


class Status(NamedTuple):
    """How many of the texts about a strategy's chunks are written; the questions about a chunk are one text.

    `one` and `many` name what is written about a chunk and about all of them. `limit_notice` says what the model does
    not see of the documents, empty if it sees all that it needs. `complete` of the `chunks` have all texts that the
    strategy asks for; `written` of the `texts` exist. `models` maps each model to the number of texts that it wrote.
    `fingerprint` identifies the written texts: the index depends on them.
    """

    chunks: int
    complete: int
    texts: int
    written: int
    models: dict[str, int]
    fingerprint: str
    one: str
    many: str
    limit_notice: str


class WritingRequest(NamedTuple):
    """What a job writes: the texts that are missing about the chunks of a strategy, by a model."""

    strategy: Strategy
    documents: Sequence[Document]
    llm: ChatModel
    vectors: Vectors


class _Known(NamedTuple):
    """The chunks, and the texts about each of them that the model wrote or that were imported."""

    chunks: list[Chunk]
    found: list[Record]
    texts: Sequence[WrittenText]
    records: Records


def status(strategy: Strategy, documents: Sequence[Document], llm: ChatModel | None, vectors: Vectors) -> Status:
    """How much is written so far by this model, or imported.

    This and the other functions here raise UserError if a language model has nothing to write for the strategy.
    """
    known = _known(strategy, documents, llm, vectors)
    models = Counter(text.model for record in known.found for text in record.values() if text)
    distinct = list({chunk.document.id: chunk.document for chunk in known.chunks}.values())
    return Status(
        chunks=len(known.chunks),
        complete=sum(None not in record.values() for record in known.found),
        texts=len(known.texts) * len(known.chunks),
        written=models.total(),
        models=dict(models),
        fingerprint=fingerprint(known.found),
        one=one_of_each(known.texts),
        many=all_of(known.texts),
        limit_notice=" ".join(filter(None, (text.limit_notice(distinct, llm) for text in known.texts))) if llm else "",
    )


def missing(strategy: Strategy, documents: Sequence[Document], llm: ChatModel, vectors: Vectors) -> list[Call]:
    """The calls to the model that would write the missing texts."""
    known = _known(strategy, documents, llm, vectors)
    return missing_calls(known.chunks, known.found, known.texts, llm)


def estimate(strategy: Strategy, documents: Sequence[Document], llm: ChatModel, vectors: Vectors) -> Estimate:
    """The estimated tokens, cost and time for writing the missing texts."""
    known = _known(strategy, documents, llm, vectors)
    calls = missing_calls(known.chunks, known.found, known.texts, llm)
    return estimate_of(calls, known.found, known.texts, llm)


def start_writing(strategy: Strategy, documents: Sequence[Document], llm: ChatModel, vectors: Vectors) -> WritingJob:
    """Write the missing texts in the background; returns the running job for the same texts if there is one."""
    key = _key(strategy, documents, llm, vectors)
    return _jobs.start(key, partial(_started, strategy, documents, llm, vectors))


def writing_job(
    strategy: Strategy, documents: Sequence[Document], llm: ChatModel, vectors: Vectors
) -> WritingJob | None:
    """The job of any session that is writing these texts, else the last one that ended; None if there was none."""
    return _jobs.get(_key(strategy, documents, llm, vectors))


def writing_key(request: WritingRequest) -> str:
    """Equal for requests that one job serves; it may take a parser's time to compute."""
    return _key(*request)


def hold_writing(key: str, request: WritingRequest, holder: Hashable) -> None:
    """Have the job with this `writing_key` go on until the holder releases it; begins again what was left.

    Returns at once: to see what is missing takes time, and is done in a thread.
    """
    _jobs.hold(key, holder, partial(_started, *request))


def release_writing(key: str, holder: Hashable) -> None:
    """Stop the job with this `writing_key`, unless another holder waits for it, or it is paused."""
    _jobs.release(key, holder)


def _started(strategy: Strategy, documents: Sequence[Document], llm: ChatModel, vectors: Vectors) -> WritingJob:
    job = WritingJob(missing(strategy, documents, llm, vectors), llm, Records(vectors.cache, llm))
    job.start()
    return job


def export_json(strategy: Strategy, documents: Sequence[Document], llm: ChatModel | None, vectors: Vectors) -> str:
    """The texts about the strategy's chunks as JSON that `import_json` accepts."""
    known = _known(strategy, documents, llm, vectors)
    return to_json(known.chunks, known.found)


def import_json(data: str | bytes, strategy: Strategy, documents: Sequence[Document], vectors: Vectors) -> int:
    """Import texts from the content of an exported file, and return for how many chunks; replaces earlier imports.

    Raises UserError, and imports nothing, if the texts are for other chunks than the strategy's.
    """
    known = _known(strategy, documents, None, vectors)
    pairs = from_json(data, known.chunks, known.texts)
    for chunk, entry in pairs:
        known.records.store_imported(chunk.document, chunk.span, {**_none_of(known.texts), **entry.texts})
    return len(pairs)


def forget_imported(strategy: Strategy, documents: Sequence[Document], vectors: Vectors) -> None:
    """Remove the imported texts about the strategy's chunks, so that those written by the model are used again."""
    known = _known(strategy, documents, None, vectors)
    for chunk in known.chunks:
        known.records.store_imported(chunk.document, chunk.span, _none_of(known.texts))


def texts_of_strategy(strategy: Strategy) -> Sequence[WrittenText]:
    """The texts that a language model writes about each chunk; raises UserError if it has nothing to write."""
    texts = strategy.reference.written_texts
    if not texts:
        raise UserError(
            f"The strategy {strategy.name!r} does not use a language model to write texts about chunks: "
            "set reference.kind=metadata and reference.writer=llm, or reference.kind=llm_context."
        )
    return texts


def _none_of(texts: Sequence[WrittenText]) -> dict[str, str]:
    return {text.kind: "" for text in texts}


def chunks_of(
    strategy: Strategy, documents: Sequence[Document], vectors: Vectors, llm: ChatModel | None = None
) -> list[Chunk]:
    """The chunks of the distinct documents, as read by the strategy's parser, in document order.

    The parser may be one for which `llm` has read the pages.
    """
    if strategy.chunker.uses_vectors:
        vectors.model.load_info()
        strategy = strategy.fitted(vectors.model)
    resources = resources_for(strategy, vectors, llm)
    read = column_documents(strategy, documents, resources).documents
    return [
        Chunk(document, number, span)
        for document in {document.id: document for document in read}.values()
        for number, span in enumerate(strategy.chunker.chunk(document, resources), 1)
    ]


def _known(strategy: Strategy, documents: Sequence[Document], llm: ChatModel | None, vectors: Vectors) -> _Known:
    texts = texts_of_strategy(strategy)
    records = Records(vectors.cache, llm)
    chunks = chunks_of(strategy, documents, vectors, llm)
    found = [records.of(chunk.document, chunk.span, texts) for chunk in chunks]
    return _Known(chunks, found, texts, records)


def _key(strategy: Strategy, documents: Sequence[Document], llm: ChatModel, vectors: Vectors) -> str:
    read = column_documents(strategy, documents, resources_for(strategy, vectors, llm)).documents
    cut = [f"{d.text_hash} {d.tokenizer} {d.char_boxes is None}" for d in read]
    if strategy.chunker.uses_vectors:
        cut += [vectors.model.name, repr(strategy.search.pools), str(strategy.search.embeds_entries)]
    texts = repr(texts_of_strategy(strategy))
    return key_of("writing", llm.identity, id(vectors.cache), strategy.chunker.model_dump_json(), texts, *cut)
