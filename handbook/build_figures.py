"""Measure what the figures of the handbook show, on the handbook itself; write handbook/figures.json.

    python handbook/build_figures.py [OUTPUT.json] [--server http://127.0.0.1:8081/v1] [--cross-encoder FOLDER]

Run it when chapter 4 or a part has changed, and build_handbook.py after it. It takes the embedding model, and the
replies of a language model from replies.json; those that are missing are asked of the server, once, and recorded. The
scores of the cross-encoder that train_cross_encoder.py trains come from cross_encoder.json.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from figures import MEASURES  # noqa: E402
from figures.chapter import read_chapter  # noqa: E402
from figures.recorded import RecordedModel, Replies  # noqa: E402

from rag_core.cache import ArrayCache  # noqa: E402
from rag_core.embeddings.minilm import default_model  # noqa: E402
from rag_core.embeddings.vectors import Vectors  # noqa: E402
from rag_core.llms.choice import LlmChoice  # noqa: E402
from rag_core.llms.factory import llm_of  # noqa: E402

HERE = ROOT / "handbook"
_CACHE_BYTES = 200_000_000


def build(server: str = "", cross_encoder: str = "") -> dict[str, Any]:
    """What is drawn, by figure."""
    replies, scores = HERE / "replies.json", HERE / "cross_encoder.json"
    recorded = json.loads(scores.read_text(encoding="utf-8"))
    model = json.loads(replies.read_text(encoding="utf-8"))["model"]
    choice = LlmChoice("openai-like", model, server, temperature=0, timeout_s=1800)
    llm = RecordedModel(Replies(replies, llm_of(choice, key="none") if server else None))
    source = (HERE / "handbook.md").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        vectors = Vectors(default_model(), ArrayCache(Path(folder), _CACHE_BYTES))
        chapter = read_chapter(source, llm, vectors, recorded["scores"], cross_encoder)
        figures = {name: measure(chapter) for name, measure in MEASURES.items()}
    if cross_encoder:
        scores.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")
    return {"chapter": {"sha256_text": chapter.document.text_hash}, **figures}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure what the figures show.")
    parser.add_argument("output", nargs="?", type=Path, default=HERE / "figures.json")
    parser.add_argument("--server", default="", help="address of the model's server, for replies that are missing")
    parser.add_argument("--cross-encoder", default="", help="folder of train_cross_encoder.py, to record its scores")
    options = parser.parse_args()
    measured = build(options.server, options.cross_encoder)
    options.output.write_text(json.dumps(measured, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{options.output.name}: {len(measured)} figures")
