"""Tells whether a server has read a prompt completely, from the tokens that it counted."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

_MAX_PROMPTS = 16
_MIN_MISSING = 64  # tokens: fewer are a matter of templates
# The least that is assumed of tokenizers with larger vocabularies than cl100k: a share of its tokens of ASCII, and
# tokens of any other letter, of which some write words of four in one.
_MIN_ASCII_SHARE = 0.85
_MIN_TOKENS_PER_OTHER_LETTER = 0.25
_TOLERANCE = 0.9
_MAX_RATIO = 1.3
_MIN_CALIBRATION_TOKENS = 200  # a template weighs too much in shorter prompts
_WINDOW_UNIT = 512  # context windows are multiples of it
Count = Callable[[str], int]


class SentPrompts:
    """The last prompts that were sent to a model, and how its counts compare with ours.

    The rule: a prompt was cut where the server counted less than nine tenths of the tokens that the text must have at
    least, or exactly a full window (a multiple of 512) and fewer than ours. At least means 85% of our tokens of its
    ASCII, or the lowest share that the server ever counted of a complete prompt of 200 tokens or more, if that is less
    or between 85% and 100%; and a quarter of a token for each other letter. What the server took from its cache counts
    as read: as it says itself, or else the common beginning with an earlier prompt, except at a full window.
    """

    def __init__(self) -> None:
        self._prompts: deque[str] = deque(maxlen=_MAX_PROMPTS)
        self._lowest_share: float | None = None
        self._lock = threading.Lock()

    def add(self, prompt: str) -> int:
        """Note that a prompt is sent; returns how many characters an earlier one has in common with it at the start."""
        with self._lock:
            common = max((_common_length(prompt, other) for other in self._prompts), default=0)
            self._prompts.append(prompt)
        return common

    def sent_if_cut(self, prompt: str, counted: int, cached: int, common: int, count: Count) -> int | None:
        """Our count of a prompt that the server cut; None where it was not cut. `counted` and `cached` are its own."""
        sent = count(prompt)
        is_window = counted >= _WINDOW_UNIT and (counted + 1) % _WINDOW_UNIT <= 1
        expected = max(self._expected(prompt, count), sent / _TOLERANCE if is_window and prompt.isascii() else 0)
        if counted >= _TOLERANCE * expected or sent - counted < _MIN_MISSING:
            self._calibrate(prompt, sent, counted)
            return None
        if cached and _TOLERANCE * expected <= counted + cached <= _MAX_RATIO * sent:
            return None
        if common and not is_window and counted >= _TOLERANCE * (expected - count(prompt[:common])):
            return None
        return sent

    def _expected(self, prompt: str, count: Count) -> float:
        """The tokens that the server must count at least for the whole prompt."""
        ascii_text = "".join(letter for letter in prompt if letter.isascii())
        others = len(prompt) - len(ascii_text)
        return self._ascii_share * count(ascii_text) + _MIN_TOKENS_PER_OTHER_LETTER * others

    @property
    def _ascii_share(self) -> float:
        return _MIN_ASCII_SHARE if self._lowest_share is None else self._lowest_share

    def _calibrate(self, prompt: str, sent: int, counted: int) -> None:
        if sent >= _MIN_CALIBRATION_TOKENS and prompt.isascii():
            with self._lock:
                self._lowest_share = min(counted / sent, self._lowest_share or 1.0)


def _common_length(one: str, other: str) -> int:
    """The length of the common beginning of two texts, found by halving."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one.startswith(other[:middle]) else (low, middle - 1)
    return low
