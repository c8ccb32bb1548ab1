"""The documents that are open on the server."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from rag_core.ui.shell.library import Library, name_of


@pytest.fixture
def library() -> Library:
    return Library()


def test_a_document_is_found_by_its_key_and_by_the_id_in_it(text_document, library: Library) -> None:
    document = text_document("words", "notes.txt")
    key = library.add(document)
    assert key.endswith("-notes.txt")
    assert library.find(key) is document
    assert library.find(key.replace("notes.txt", "renamed.txt")) is document
    assert name_of(key) == "notes.txt"


def test_a_file_under_two_names_is_found_by_each(text_document, library: Library) -> None:
    documents = [text_document("words", name) for name in ("notes.txt", "renamed.txt", "notes.txt")]
    keys = [library.add(document) for document in documents]
    assert [library.find(key).name for key in keys] == ["notes.txt", "renamed.txt", "notes.txt"]


@pytest.mark.parametrize("key", ["", "-", "0", "0" * 16, "sample-", "nonsense", "é" * 40])
def test_a_key_of_nothing_finds_nothing(text_document, library: Library, key: str) -> None:
    library.add(text_document("words"))
    assert library.find(key) is None
    assert isinstance(name_of(key), str)


def test_the_beginning_of_an_id_is_not_enough(text_document, library: Library) -> None:
    key = library.add(text_document("words"))
    for digits in range(16):
        assert library.find(key[:digits]) is None


def test_the_sample_is_opened_once_and_is_no_upload(library: Library) -> None:
    assert library.find("sample") is library.sample()
    assert name_of("sample") == "Handbook (sample)"


def test_the_least_recently_kept_goes_first_and_the_last_stays(text_document) -> None:
    library = Library(max_bytes=150)
    documents = [dataclasses.replace(text_document(f"text {n}"), source=b"x" * 40) for n in range(3)]
    keys = [library.add(document) for document in documents]
    assert [library.find(key) is not None for key in keys] == [False, True, True]
    big = library.add(dataclasses.replace(text_document("big"), source=b"x" * 500))
    assert [library.find(key) is not None for key in [*keys, big]] == [False, False, False, True]


def test_what_is_looked_at_stays_before_what_is_not(text_document) -> None:
    library = Library(max_bytes=150)
    old, idle, new = (dataclasses.replace(text_document(f"text {n}"), source=b"x" * 40) for n in range(3))
    old_key, idle_key = library.add(old), library.add(idle)
    assert library.find(old_key) is old
    library.add(new)
    assert library.find(old_key) is old
    assert library.find(idle_key) is None


def test_the_boxes_and_the_text_count_as_well(text_document) -> None:
    library = Library(max_bytes=1000)
    boxes = np.zeros((100, 4), np.float32)
    keys = [library.add(dataclasses.replace(text_document(c * 100), char_boxes=boxes)) for c in "ab"]
    assert [library.find(key) is not None for key in keys] == [False, True]
