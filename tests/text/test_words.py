"""Content words and stems, in several languages."""

import pytest

from rag_core.text.words import content_stems, language, words


def test_a_plural_and_a_verb_form_have_one_stem():
    assert set(content_stems("inventories")) == set(content_stems("inventory"))
    assert set(content_stems("repurchased")) == set(content_stems("repurchases"))


def test_function_words_and_words_that_ask_are_no_content():
    assert list(content_stems("According to the text, what is mentioned about the bees?").values()) == ["bees"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What were the inventories at the end of the year?", "english"),
        ("Wie hoch waren die Vorräte am Ende des Jahres?", "german"),
        ("Quel était le montant des stocks à la fin de l'année ?", "french"),
        ("Bees", "english"),
    ],
)
def test_the_language_is_told_by_stop_words(text, expected):
    assert language(text) == expected


def test_german_content_words_are_found():
    assert set(content_stems("Wie hoch waren die Vorräte am Ende des Jahres?").values()) == {
        "hoch",
        "vorräte",
        "ende",
        "jahres",
    }


@pytest.mark.parametrize("text", ["公司2019年的收入是多少？", "在庫はいくらですか", "ราคาเท่าไหร่"])  # noqa: RUF001
def test_a_script_without_spaces_has_no_words_to_compare(text):
    assert not content_stems(text)


def test_a_possessive_is_the_word_itself():
    assert words("Apple's and NVIDIA’s") == ["apple", "and", "nvidia"]  # noqa: RUF001
