"""Who embeds at the same time takes turns, and nobody embeds what another has."""

import threading
import time

from rag_core.embeddings.fair_lock import FairLock
from rag_core.embeddings.minilm import MiniLM, default_model
from rag_core.embeddings.vectors import Vectors


class Counting(MiniLM):
    def __init__(self) -> None:
        super().__init__()
        self.embedded: list[str] = []

    def wait(self, report=None) -> None:
        default_model().wait()

    def encode_passages(self, texts):
        self.embedded += texts
        return default_model().encode_passages(texts)


def test_two_threads_embed_each_text_once() -> None:
    vectors = Vectors(Counting())
    texts = [f"Sentence number {i} about {'otters ' * (i % 40)}" for i in range(300)]
    threads = [threading.Thread(target=vectors.prepare, args=(texts,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(vectors.model.embedded) == sorted(texts)


def test_turns_go_round() -> None:
    lock, order = FairLock(), []

    def work(name: str) -> None:
        for _ in range(5):
            with lock:
                order.append(name)
                time.sleep(0.01)

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(order) == ["a"] * 5 + ["b"] * 5
    assert all(order[i] != order[i + 1] for i in range(1, 8))
