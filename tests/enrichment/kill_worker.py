"""Has sixty texts written, to be killed meanwhile: `python -m tests.enrichment.kill_worker FOLDER LOG MOST_ANSWERS`."""

import sys
from pathlib import Path

from rag_core import open_document
from tests.enrichment.village import TOPICS, about, strategy_of, vectors_in, wrote
from tests.fakes.fake_model import FakeModel

TEXT = about([f"{topic}{suffix}" for suffix in ("", "xx") for topic in TOPICS][:30])

if __name__ == "__main__":
    _, folder, log, most = sys.argv
    model = FakeModel(log=Path(log), max_answers=int(most))
    wrote(strategy_of(2), [open_document(TEXT.encode(), name="big.md")], model, vectors_in(Path(folder)))
