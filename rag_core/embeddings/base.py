"""The interface of embedding models, and how they load: once, in the background, when first needed."""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from typing import ClassVar, Literal, NamedTuple

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from rag_core.errors import UserError
from rag_core.progress import Progress, Report, ignore

_log = logging.getLogger(__name__)
_REPORT_INTERVAL_S = 0.1
_MAX_TOKENIZED_TEXTS = 16
ALL_ROWS = slice(None)
Role = Literal["passage", "query"]  # models put different prefixes before them


class EmbeddingModelInfo(NamedTuple):
    """What is known about a model from its files or its server.

    `fingerprint` differs between models whose vectors may differ. `token_limit` is the maximum number of tokens of one
    text, special ones included; the rest is truncated; None if unknown. `late_pooling_obstacle` is a sentence that says
    why late pooling is impossible, or "". The prefixes are put before every question and every passage.
    `min_answer_similarity` is the cosine similarity to a question from which a sentence counts as an answer; None where
    it was not measured for the model.
    """

    fingerprint: str
    dimensions: int
    token_limit: int | None
    late_pooling_obstacle: str = ""
    query_prefix: str = ""
    passage_prefix: str = ""
    min_answer_similarity: float | None = None


class Tokens(NamedTuple):
    """A text's tokens without special ones: their ids and character offsets, each of shape (tokens,)."""

    ids: NDArray[np.int64]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]


def cl100k_tokens(text: str) -> Tokens:
    """The text's tokens by OpenAI's cl100k, for models whose own tokenizer is not available."""
    from rag_core.text.tokenizers.cl100k import token_offsets

    ids, starts = token_offsets(text)
    ends = np.concatenate((starts[1:], [len(text)])).astype(np.int32) if len(starts) else starts
    return Tokens(ids, starts, ends)


def estimate_tokens(text: str) -> int:
    """An estimate of the text's number of tokens: four bytes each, which is about right for most scripts."""
    return len(text.encode("utf-8", "surrogatepass")) // 4 + 1


class EmbeddingModel(ABC):
    """A model that loads when it is first needed. `spec` names it in arguments and links, `name` in messages."""

    spec: str
    name: str
    typical_load_ms: ClassVar[float] = 12_000
    retry_load_after_s: ClassVar[float] = 10.0
    batch_tokens: int = 4096  # in one call
    batch_texts: int = 512

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded = threading.Event()
        self._started: float | None = None
        self._error: BaseException | None = None
        self._failed_s = 0.0
        self._starts: LRUCache[str, NDArray[np.int64]] = LRUCache(_MAX_TOKENIZED_TEXTS)

    @property
    @abstractmethod
    def info(self) -> EmbeddingModelInfo:
        """What is known about the model; `load_info` waits for it."""

    @abstractmethod
    def encode_passages(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions) and length 1, of texts that are searched."""

    @abstractmethod
    def encode_queries(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions) and length 1, of questions."""

    @abstractmethod
    def count_tokens(self, texts: list[str]) -> list[int]:
        """How many tokens the model reads of each text, at least approximately: its time is proportional to them."""

    @abstractmethod
    def tokenize(self, text: str) -> Tokens:
        """All tokens of the text, however long it is."""

    def tokenize_and_cache_starts(self, text: str) -> Tokens:
        """All tokens of the text; `token_starts` then has them in its cache."""
        tokens = self.tokenize(text)
        self.cache_token_starts(text, tokens.starts)
        return tokens

    def cache_token_starts(self, text: str, starts: NDArray[np.int32]) -> None:
        """Give `token_starts` its result for a text: computing it takes a second for a long one."""
        with self._lock:
            self._starts[text] = starts.astype(np.int64)

    def token_starts(self, text: str) -> NDArray[np.int64]:
        """The character offset at which each token of the text begins, of shape (tokens,); cached for a few texts."""
        with self._lock:
            starts = self._starts.get(text)
        return self.tokenize_and_cache_starts(text).starts.astype(np.int64) if starts is None else starts

    @property
    def has_own_tokenizer(self) -> bool:
        """Whether `tokenize` and `input_tokens` count the model's own tokens; otherwise they estimate them."""
        return False

    @property
    def limit_is_hidden(self) -> bool:
        """Whether the model may truncate texts, at a limit that is unknown."""
        return False

    def input_tokens(self, role: Role, text: str) -> int:
        """The number of tokens of all that the model gets for a text, prefix and special tokens too, not truncated."""
        info = self.info
        return len(self.tokenize((info.query_prefix if role == "query" else info.passage_prefix) + text).ids)

    def part_read(self, role: Role, text: str) -> str:
        """What names a text's vector: the part that is read, where the model's limit may become known late."""
        return text

    def effective_input(self, text: str) -> bytes | str:
        """A value that is equal for texts of which the model reads the same part, and which so have the same vector."""
        return text

    @abstractmethod
    def _load(self) -> None:
        """Load the model; raises UserError for what the user can fix."""

    @property
    def poolings(self) -> tuple[str, ...]:
        """The values of `search.pooling` that this model supports, the default first."""
        return ("per_chunk",) if self.info.late_pooling_obstacle else ("late", "per_chunk", "mean")

    @property
    def reading_dtype(self) -> str:
        """The precision in which the model reads documents for late pooling."""
        return "float32"

    def encode_windows(self, windows: NDArray[np.int64], rows: slice = ALL_ROWS) -> NDArray[np.float32]:
        """Vectors of the tokens of windows of equal length; shape (windows, rows, dimensions).

        Rows are, in order: the special tokens before a text and those of the passage prefix, the window's own tokens,
        and the special ones after it. Only those in `rows` are computed. Raises UserError without late pooling.
        """
        raise UserError(f"{self.name} supports per_chunk pooling only. {self.info.late_pooling_obstacle}")

    def encode_question_tokens(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Vectors of a question's own tokens, of shape (tokens, dimensions), read as a question.

        Raises UserError without late pooling.
        """
        rows = slice(self.tokens_before, self.tokens_before + len(ids))
        return np.asarray(self.encode_windows(ids[None], rows)[0])

    @property
    def tokens_before(self) -> int:
        """The number of rows of `encode_windows` before a window's own tokens."""
        return 1

    @property
    def text_tokens(self) -> int | None:
        """The token limit for one text without special tokens and prefix; None if unknown."""
        return self.info.token_limit

    def load_info(self, report: Report = ignore) -> None:
        """Wait until `info` is known; raises UserError where the model cannot be loaded."""
        self.wait(report)

    def warm_up(self) -> None:
        """Start loading in a background thread, once; returns at once."""
        with self._lock:
            if self._started is not None:
                return
            self._started = time.perf_counter()
        threading.Thread(target=self._load_in_thread, name="load-embedding-model", daemon=True).start()

    def wait(self, report: Report = ignore) -> None:
        """Wait until the model is loaded, reporting a few times per second; raises what loading raised."""
        self.warm_up()
        assert self._started is not None
        typical_ms = self.typical_load_ms
        while not self._loaded.wait(_REPORT_INTERVAL_S):
            elapsed_ms = 1000 * (time.perf_counter() - self._started)
            left_ms = max(typical_ms - elapsed_ms, 0.0) or None
            if left_ms is not None:
                report(Progress(f"Loading {self.name}", elapsed_ms, typical_ms, left_ms))
            else:  # the rest of a download cannot be estimated
                report(Progress(f"Loading {self.name}, {elapsed_ms / 1000:.0f} s so far", 0, 1))
        if isinstance(self._error, UserError):
            raise self._error
        if self._error is not None:
            raise RuntimeError(f"The embedding model {self.name} failed to load") from self._error

    @property
    def ready(self) -> bool:
        """Whether `info` is known without waiting."""
        return self._loaded.is_set() and self._error is None

    @property
    def can_retry(self) -> bool:
        """Whether loading failed some time ago, so that another object may succeed: the network may be up now."""
        return self._error is not None and time.monotonic() - self._failed_s > self.retry_load_after_s

    def _load_in_thread(self) -> None:
        try:
            self._load()
        except UserError as error:
            self._error = error
        except BaseException as error:  # for `wait`: an error that ends a thread is seen by nobody
            _log.exception("The embedding model %s failed to load", self.name)
            self._error = error
        finally:
            self._failed_s = time.monotonic()
            self._loaded.set()
