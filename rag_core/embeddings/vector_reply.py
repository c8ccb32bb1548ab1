"""The vectors in an embedding server's answer, each put where its `index` says."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


class UnusableVectorsError(Exception):
    """The vectors in an answer are not those of the texts; the message goes on after "The server"."""


def vectors_in(answer: object, texts: int) -> NDArray[np.float32]:
    """The vectors of shape (texts, dimensions), in the order of the texts, whatever their order in the answer.

    Raises UnusableVectorsError where a vector is missing, doubled or no vector; TypeError, ValueError or KeyError where
    the answer is not of OpenAI's protocol.
    """
    items = _items(answer)
    if len(items) != texts:
        raise UnusableVectorsError(f"returned {len(items):,} vectors instead of {texts:,}")
    placed = _in_order(items)
    vectors = [_numbers(item["embedding"]) for item in placed]
    sizes = {len(vector) for vector in vectors}
    if len(sizes) != 1:
        raise UnusableVectorsError(
            f"returned vectors of different lengths ({', '.join(f'{size:,}' for size in sorted(sizes))})"
        )
    found = np.stack(vectors)
    if not found.shape[1] or not np.isfinite(found).all():
        raise UnusableVectorsError("returned vectors that are not all finite numbers")
    if not found.any(axis=1).all():
        raise UnusableVectorsError("returned a vector of zeros, which is similar to nothing")
    return found


def _items(answer: object) -> list[dict[str, Any]]:
    if not isinstance(answer, dict) or not isinstance(items := answer["data"], list):
        raise TypeError
    if not all(isinstance(item, dict) and item.get("embedding") is not None for item in items):
        raise ValueError
    return items


def _in_order(items: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items by their index; as they come where none has one."""
    if all(item.get("index") is None for item in items):
        return list(items)
    positions = [_position(item.get("index"), len(items)) for item in items]
    placed = dict(zip(positions, items, strict=True))
    if len(placed) < len(items):
        doubled = next(position for position in placed if positions.count(position) > 1)
        missing = min(set(range(len(items))) - set(placed))
        raise UnusableVectorsError(f"returned two vectors with the index {doubled:,}, and none with {missing:,}")
    return [placed[position] for position in range(len(items))]


def _position(index: object, texts: int) -> int:
    """The place of an item; some servers write it as a text."""
    if isinstance(index, str) and index.isascii() and index.isdecimal():
        index = int(index)
    if isinstance(index, float) and index.is_integer():
        index = int(index)
    if index is None or isinstance(index, bool) or not isinstance(index, int):
        raise UnusableVectorsError(
            "returned vectors some of which have no index, so that it is unknown which texts they are of"
        )
    if not 0 <= index < texts:
        raise UnusableVectorsError(
            f"returned a vector with the index {index:,}, where {texts:,} texts have 0 to {texts - 1:,}"
        )
    return index


def _numbers(embedding: object) -> NDArray[np.float32]:
    if isinstance(embedding, str):
        return _decoded(embedding)
    if not isinstance(embedding, list) or any(isinstance(number, bool | str) for number in embedding):
        raise TypeError
    with np.errstate(over="ignore"):  # infinite then, which is checked
        vector = np.array(embedding, np.float64).astype(np.float32)
    if vector.ndim != 1:
        raise ValueError
    return vector


def _decoded(embedding: str) -> NDArray[np.float32]:
    """Numbers of 32 bits in base64, the least significant byte first."""
    try:
        return np.frombuffer(base64.b64decode(embedding, validate=True), "<f4").astype(np.float32)
    except (binascii.Error, ValueError):
        raise UnusableVectorsError("returned vectors that are not all finite numbers") from None
