"""Index caches on a read-only disk and with several processes; `python -m tests.pipeline.index_workers NAME FOLDER`."""

import json
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

from rag_core import compare, open_document, preset
from rag_core.cache import ArrayCache
from rag_core.embeddings.vectors import Vectors
from rag_core.parts.chunker.sentence import SentenceChunker
from rag_core.pipeline.warm_up import load_text_tools
from tests.cache.cache_workers import ended_well, forked
from tests.fakes.tiny_model import TinyModel

TEXT = (
    "Otters hold hands while they sleep. They eat sea urchins and crabs.\n\nBees dance. Honey keeps for years.\n\n" * 5
)
KNOWN = "chunk_references:chunker.chunk_tokens=32"
NEW = "baseline:chunker.chunk_tokens=24"


def asked(cache: ArrayCache | None, *specs: str) -> list[str]:
    document, vectors = open_document(TEXT.encode(), name="note.txt"), Vectors(TinyModel(), cache)
    columns = compare([document], "What do otters eat?", list(map(preset, specs)), vectors=vectors).columns
    return [column.model_dump_json(exclude={"timings_ms"}) for column in columns]


def read_only(folder: Path) -> dict[str, object]:
    """Cache an index, then make the disk read-only; in a separate namespace, so that no other process is affected."""
    cache = ArrayCache(folder, 10**9)
    asked(cache, KNOWN)
    cache._table._close()
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    cache, outcome = ArrayCache(folder, 10**9), {}
    for name, spec in (("known", KNOWN), ("new", NEW)):
        expected = asked(None, spec)
        with patch.object(SentenceChunker, "chunk", autospec=True, side_effect=SentenceChunker.chunk) as cut:
            outcome[name] = {"equal": asked(cache, spec) == expected, "cut": cut.call_count}
    return {**outcome, "problem": cache.problem}


def together(folder: Path) -> dict[str, object]:
    """Three processes build, cache and load the same indexes at the same time."""
    expected = asked(None, KNOWN, NEW)

    def work() -> None:
        for _ in range(4):
            assert asked(ArrayCache(folder, 10**9), KNOWN, NEW) == expected

    load_text_tools()
    children = [forked(work) for _ in range(3)]
    return {"right": [ended_well(child) for child in children], "files": len(list(folder.glob("*.arrays")))}


if __name__ == "__main__":
    _, name, place = sys.argv
    print(json.dumps(globals()[name](Path(place))))
