"""Any sentence-transformers model, from a local folder or by its name on the Hugging Face hub."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from rag_core.embeddings.base import (
    ALL_ROWS,
    EmbeddingModel,
    EmbeddingModelInfo,
    Role,
    Tokens,
    cl100k_tokens,
    estimate_tokens,
)
from rag_core.embeddings.cpu.fast_linear import use_fast_linear
from rag_core.embeddings.cpu.window_readers import Reader, reader_of
from rag_core.embeddings.device import best_device, best_dtype
from rag_core.embeddings.fair_lock import FairLock
from rag_core.embeddings.hub import local_folder, model_folder_of
from rag_core.embeddings.model_files import fingerprint_of, late_pooling_obstacle, limit_to_positions, load_transformer
from rag_core.embeddings.prefixes import Prefixes, known_prefixes, saved_prefixes
from rag_core.errors import UserError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

_Around = tuple[NDArray[np.int64], NDArray[np.int64]]


class SentenceTransformerModel(EmbeddingModel):
    """In float32, on a GPU if there is one; late pooling reads documents in bfloat16 where that is faster."""

    typical_load_ms = 20_000

    def __init__(self, source: str, *, query_prefix: str | None = None, passage_prefix: str | None = None) -> None:
        """`source` is a folder or a name on the hub. A prefix that is given replaces the model's own; "" means none."""
        super().__init__()
        self.spec = source
        folder = local_folder(source)
        self.name = source if folder is None else folder.resolve().name
        self._given = (query_prefix, passage_prefix)
        self._named_limit: int | None = None  # by the model's files, which may promise too much
        # One batch at a time: on a few cores, two threads that encode at once are slower than one after the other.
        self._turn = FairLock()
        self._reader: Reader

    @cached_property
    @override
    def info(self) -> EmbeddingModelInfo:
        transformer, prefixes = self._transformer, self._prefixes
        limit = transformer.max_seq_length
        return EmbeddingModelInfo(
            fingerprint=f"{fingerprint_of(self._folder)}/float32/names of special tokens as text/{prefixes!r}",
            dimensions=int(transformer.get_embedding_dimension() or 0),
            token_limit=limit if limit is not None and limit < _NO_LIMIT else None,
            late_pooling_obstacle=late_pooling_obstacle(transformer),
            query_prefix=prefixes.query,
            passage_prefix=prefixes.passage,
        )

    @property
    def _prefixes(self) -> Prefixes:
        known = saved_prefixes(self._transformer.prompts)
        if known == Prefixes():
            known = known_prefixes(self.spec)
        query, passage = self._given
        return Prefixes(known.query if query is None else query, known.passage if passage is None else passage)

    @override
    def encode_passages(self, texts: list[str]) -> NDArray[np.float32]:
        return self._encode(texts, self.info.passage_prefix)

    @override
    def encode_queries(self, texts: list[str]) -> NDArray[np.float32]:
        return self._encode(texts, self.info.query_prefix)

    def _encode(self, texts: list[str], prefix: str) -> NDArray[np.float32]:
        self.wait()
        with self._turn:
            vectors = self._transformer.encode(
                texts, prompt=prefix, batch_size=len(texts) or 1, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, dtype=np.float32)

    @override
    def count_tokens(self, texts: list[str]) -> list[int]:
        limit = self.info.token_limit or _NO_LIMIT
        tokenizer = self._tokenizer
        if tokenizer is None:
            return [min(estimate_tokens(text), limit) for text in texts]
        return [min(len(encoding.ids), limit) for encoding in tokenizer.encode_batch_fast(texts)]

    @override
    def effective_input(self, text: str) -> bytes | str:
        """The token ids of a truncated text, else the text: long texts that begin alike are equal to the model."""
        room, tokenizer = self.text_tokens, self._tokenizer
        if room is None or tokenizer is None:
            return text
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        return np.array(ids[:room], np.int64).tobytes() if len(ids) > room else text

    @override
    def tokenize(self, text: str) -> Tokens:
        """All tokens of the text; by cl100k where the model's own tokenizer gives no character offsets."""
        if self._tokenizer is None:
            return cl100k_tokens(text)
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        offsets = np.array(encoding.offsets, np.int32).reshape(-1, 2)
        return Tokens(np.array(encoding.ids, np.int64), offsets[:, 0].copy(), offsets[:, 1].copy())

    @property
    @override
    def has_own_tokenizer(self) -> bool:
        return self._tokenizer is not None

    @override
    def input_tokens(self, role: Role, text: str) -> int:
        if self._tokenizer is None:
            return super().input_tokens(role, text)
        prefix = self.info.query_prefix if role == "query" else self.info.passage_prefix
        return len(self._tokenizer.encode(prefix + text).ids)

    @override
    def encode_windows(self, windows: NDArray[np.int64], rows: slice = ALL_ROWS) -> NDArray[np.float32]:
        if self.info.late_pooling_obstacle:
            return super().encode_windows(windows, rows)
        return self._read_windows(windows, rows, self._around)

    @override
    def encode_question_tokens(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        if self.info.late_pooling_obstacle:
            return super().encode_question_tokens(ids)
        around = self._around_of(self.info.query_prefix)
        before = len(around[0])
        room = (self.info.token_limit or _NO_LIMIT) - sum(map(len, around))
        rows = slice(before, before + len(ids[:room]))
        return np.asarray(self._read_windows(ids[None, :room], rows, around)[0])

    def _read_windows(self, windows: NDArray[np.int64], rows: slice, around: _Around) -> NDArray[np.float32]:
        import torch

        self.wait()
        before, after = (np.tile(ids, (len(windows), 1)) for ids in around)
        with self._turn, torch.inference_mode():
            ids = torch.from_numpy(np.hstack([before, windows, after])).to(self._transformer.device)
            # Some models use only the first dimensions of a vector.
            read = self._reader(ids, rows)[..., : self.info.dimensions]
            return np.asarray(read.float().cpu().numpy())

    @property
    @override
    def tokens_before(self) -> int:
        return len(self._around[0])

    @property
    @override
    def reading_dtype(self) -> str:
        return best_dtype(best_device())

    @cached_property
    def _around(self) -> _Around:
        """The tokens before and after each window: special ones, and those of the passage prefix."""
        return self._around_of(self.info.passage_prefix)

    def _around_of(self, prefix: str) -> _Around:
        assert self._tokenizer is not None
        encoding = self._tokenizer.encode("a")
        text = [i for i, special in enumerate(encoding.special_tokens_mask) if not special]
        prefix_ids = self._tokenizer.encode(prefix.strip(), add_special_tokens=False).ids
        before, after = encoding.ids[: text[0]] + prefix_ids, encoding.ids[text[-1] + 1 :]
        return np.array(before, np.int64), np.array(after, np.int64)

    @property
    def lowered_limit(self) -> int | None:
        """The token limit, where the model's files state another one than the model can read; else None."""
        limit = self.info.token_limit
        return None if limit == self._named_limit else limit

    @property
    @override
    def text_tokens(self) -> int | None:
        limit = self.info.token_limit
        return None if limit is None or self._tokenizer is None else limit - sum(map(len, self._around))

    @cached_property
    def _tokenizer(self) -> Tokenizer | None:
        """The model's tokenizer without truncation; None where it gives no character offsets.

        Names of special tokens in a text are text like any other.
        """
        from tokenizers import Tokenizer

        own = getattr(self._transformer[0], "tokenizer", None)
        own = own if isinstance(own, Tokenizer) else getattr(own, "backend_tokenizer", None)
        if not isinstance(own, Tokenizer):
            return None
        tokenizer = Tokenizer.from_str(own.to_str())
        tokenizer.no_truncation()
        tokenizer.no_padding()
        tokenizer.encode_special_tokens = True
        return tokenizer

    def _load(self) -> None:
        _ = self.info
        self._check_prefixes()

    def _check_prefixes(self) -> None:
        """Raise UserError where a prefix leaves no space for a text."""
        for prefix in (self.info.query_prefix, self.info.passage_prefix):
            limit = self.info.token_limit
            taken = self._tokenizer.encode(prefix).ids if self._tokenizer else ()
            if limit is not None and len(taken) >= limit:
                raise UserError(
                    f"The prefix {prefix[:40].strip()!r}… has {len(taken):,} tokens, and the limit of "
                    f"{self.name} is {limit:,}, text included: enter a shorter one."
                )

    @cached_property
    def _folder(self) -> Path:
        return model_folder_of(self.spec)

    @cached_property
    def _transformer(self) -> SentenceTransformer:
        import torch

        transformer = load_transformer(self._folder, best_device())
        self._named_limit = transformer.max_seq_length
        limit_to_positions(transformer)
        network = getattr(transformer[0], "auto_model", None)
        if isinstance(network, torch.nn.Module):
            if not late_pooling_obstacle(transformer):
                self._reader = reader_of(network, self.reading_dtype)
            if transformer.device.type == "cpu":
                use_fast_linear(network)
        return transformer


_NO_LIMIT = 10**6
