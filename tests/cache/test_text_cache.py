"""Texts in memory and on disk: what was put is there, for every thread and process, whatever the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.cache import ArrayCache, TextCache, key_of

GB = 10**9
ODD = ["", " ", "\0", "\ud83d", "\ude00", "水獭睡觉。", "🦦", "a\r\nb\n", "\U0010ffff", "\ufeff"]
TEXTS = st.text(st.characters(exclude_categories=()), max_size=40) | st.lists(st.sampled_from(ODD)).map("".join)
KEY = key_of("a text")


@given(TEXTS)
def test_a_text_comes_back_as_it_was_also_in_another_process(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("kept")
    cache = ArrayCache(folder, GB)
    TextCache(cache).put(KEY, text)
    assert TextCache(cache).get(KEY) == text
    assert TextCache(ArrayCache(folder, GB)).get(KEY) == text


def test_a_missing_text_is_none(tmp_path):
    assert TextCache(ArrayCache(tmp_path, GB)).get(KEY) is None


def test_without_a_disk_texts_are_cached_in_memory(tmp_path):
    cache = ArrayCache(tmp_path, 0)
    TextCache(cache).put(KEY, "otters")
    assert TextCache(cache).get(KEY) == "otters"
    assert TextCache(ArrayCache(tmp_path, 0)).get(KEY) is None
    assert not list(tmp_path.iterdir())


def test_a_later_text_replaces_the_former(tmp_path):
    cache = ArrayCache(tmp_path, GB)
    for text in ("bees", "otters"):
        TextCache(cache).put(KEY, text)
        assert TextCache(cache).get(KEY) == text
        assert TextCache(ArrayCache(tmp_path, GB)).get(KEY) == text


def test_memory_is_bounded_and_the_rest_is_found_on_disk(tmp_path):
    cache, texts = ArrayCache(tmp_path, GB), {key_of(number): f"{number:01000000}" for number in range(30)}
    for key, text in texts.items():
        TextCache(cache).put(key, text)
    assert {key: TextCache(cache).get(key) for key in texts} == texts
    for file in tmp_path.glob("*.arrays"):
        file.unlink()
    in_memory = [TextCache(cache).get(key) is not None for key in texts]
    assert in_memory == [False] * 10 + [True] * 20


def test_texts_used_from_memory_do_not_look_unused_on_disk(tmp_path, monkeypatch):
    """Else it would be the first to go where the cache is full, and be paid for again."""
    monkeypatch.setattr(TextCache, "touch_every_s", 0.0)
    cache = ArrayCache(tmp_path, GB)
    TextCache(cache).put(KEY, "otters")
    [file] = tmp_path.glob("*.arrays")
    before = file.stat().st_atime_ns
    assert TextCache(cache).get(KEY) == "otters"
    assert file.stat().st_atime_ns > before
    file.unlink()
    assert TextCache(cache).get(KEY) == "otters", "what another process deleted is still in memory"


@pytest.mark.parametrize("damage", [b"", b"\xff" * 300])
def test_a_damaged_text_is_not_there(tmp_path, damage):
    TextCache(ArrayCache(tmp_path, GB)).put(KEY, "otters")
    [file] = tmp_path.glob("*.arrays")
    file.write_bytes(damage)
    assert TextCache(ArrayCache(tmp_path, GB)).get(KEY) is None
