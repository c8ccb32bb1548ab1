"""What the tests of written metadata share: a document that is cut into as many chunks as it has topics."""

from collections.abc import Sequence
from pathlib import Path

from rag_core import preset
from rag_core.cache import ArrayCache
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.enrichment.job import WritingJob
from rag_core.pipeline.enrichment import start_writing
from rag_core.strategy import Strategy
from tests.fakes.fake_model import FakeModel
from tests.fakes.tiny_model import TinyModel

GB = 10**9
TOPICS = [
    "colonies", "limetrees", "frostbite", "syrup", "harvest", "honeycombs", "queens", "drones", "mites", "smokers",
    "orchards", "meadows", "clover", "heather", "rapeseed", "winters", "markets", "labels", "glasses", "lorries",
]  # fmt: skip
CUT = "chunker.chunk_tokens=68,chunker.overlap_tokens=0"


def about(topics: Sequence[str]) -> str:
    """A paragraph each, and a chunk each."""
    return "\n\n".join(
        f"The chronicle of the village tells on its first pages, and again on its last, about {topic}. Every spring "
        f"{topic} are counted, and in autumn they are counted again by the teacher. Nobody knows why {topic} matter so "
        f"much to the old {topic}-keepers."
        for topic in topics
    )


def strategy_of(questions: int = 2, more: str = "") -> Strategy:
    spec = f"metadata_references:{CUT},reference.writer=llm,reference.questions={questions}"
    return preset(spec + (f",{more}" if more else ""))


def vectors_in(folder: Path) -> Vectors:
    """As another process would have them: nothing but the folder is shared."""
    return Vectors(TinyModel(), ArrayCache(folder, GB))


def wrote(strategy: Strategy, documents: Sequence[Document], llm: FakeModel, vectors: Vectors) -> WritingJob:
    """A job that has ended."""
    job = start_writing(strategy, documents, llm, vectors)
    job.wait()
    return job
