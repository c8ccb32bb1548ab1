"""Atoms: sentences and lines, and long sentences in parts."""

import pytest

from rag_core.parts.chunker.atoms import AtomChunker
from rag_core.text.tokenizers import get_tokenizer

COUNT = get_tokenizer("cl100k").count


def atoms(text, text_document, resources, chunk_tokens=48):
    return [
        text[start:end] for start, end in AtomChunker(chunk_tokens=chunk_tokens).chunk(text_document(text), resources)
    ]


def test_sentences_and_lines(text_document, resources):
    text = "One sentence. Another,\nwith a line end.\n\n- an item\n- another (see Fig. 3)\n"
    found = atoms(text, text_document, resources)
    assert found == ["One sentence.", "Another,", "with a line end.", "- an item", "- another (see Fig. 3)"]


def test_a_long_sentence_is_cut_into_equal_parts_at_ends_of_clauses(text_document, resources):
    clause = "and the otter swims on through the cold water of the bay"
    text = ", ".join([clause] * 8) + "."
    found = atoms(text, text_document, resources)
    assert len(found) == -(-COUNT(text) // 48)
    assert all(part.endswith((",", ".")) for part in found)
    assert max(map(COUNT, found)) <= 48


def test_without_clauses_it_is_cut_at_blanks(text_document, resources):
    text = "word " * 150 + "end."
    found = atoms(text, text_document, resources)
    assert " ".join(found) == text
    assert max(map(COUNT, found)) <= 48


@pytest.mark.parametrize("text", ["x9" * 3000, "文章很长" * 300, "a" * 47 + " " + "b7" * 900])
def test_without_blanks_no_part_is_too_long(text, text_document, resources):
    found = atoms(text, text_document, resources, 16)
    assert "".join(found) == text.replace(" ", "")
    assert max(map(COUNT, found)) <= 16
