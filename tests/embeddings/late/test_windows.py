"""Windows cover the text, and each token is taken from the one where it stands most central."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag_core.embeddings.late.windows import owners, stride_of, window_starts


@given(st.integers(0, 2000), st.integers(1, 300), st.data())
def test_windows_cover_every_token(tokens: int, window: int, data: st.DataObject) -> None:
    stride = data.draw(st.integers(1, window))
    starts = window_starts(tokens, window, stride)
    covered = np.zeros(tokens, bool)
    for start in starts:
        covered[start : start + window] = True
    assert covered.all()
    assert len(set(starts)) == len(starts)
    assert tokens < window or starts[-1] + window == tokens


@given(st.integers(1, 600), st.integers(2, 100), st.data())
def test_each_token_is_taken_from_its_most_central_window(tokens: int, window: int, data: st.DataObject) -> None:
    stride = data.draw(st.integers(1, window))
    starts = window_starts(tokens, window, stride)
    owner = owners(tokens, starts, window)
    ends = np.minimum(starts + window, tokens)
    for token in range(tokens):
        room = np.minimum(token - starts, ends - 1 - token)
        assert room[owner[token]] >= 0
        assert room[owner[token]] == room.max()
        assert owner[token] == room.argmax(), "the earlier of two that are as good"


@given(st.integers(1, 40_000), st.integers(0, 75))
def test_windows_share_what_was_asked_for(window: int, overlap_percent: int) -> None:
    stride = stride_of(window, overlap_percent)
    assert 1 <= stride <= window
    assert abs((window - stride) - window * overlap_percent / 100) <= 0.5 or window == stride == 1
