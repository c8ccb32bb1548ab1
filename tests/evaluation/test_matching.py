"""Questions are matched with documents by file name, and their excerpts with the text at their offsets."""

import pytest

from rag_core import UserError
from rag_core.evaluation.matching import match, skipped_sentence
from rag_core.evaluation.question_sets import Question, Reference
from rag_core.geometry import Span

TEXT = "The village\nkeeps bees\non the slope.\n"


def question(corpus="bees", content="keeps bees\n", start=None, text=TEXT):
    start = text.index(content) if start is None else start
    return Question("row 2", "What?", corpus, (Reference(Span(start, start + len(content)), content),))


@pytest.mark.parametrize(
    ("corpus", "name"),
    [
        ("bees", "bees.md"),
        ("bees.md", "bees.md"),
        ("Bees", "bEES.txt"),
        ("bees.md", "bees.md.txt"),
        ("v1.2 bees", "v1.2 bees.pdf"),
        ("Bie\u0301ne", "bi\u00e9ne.md"),
    ],
)
def test_by_name_or_stem_in_either_case(corpus, name, text_document):
    document = text_document(TEXT, name)
    asked = match([question(corpus)], [text_document("Other text.", "other.md"), document]).questions
    assert [(one.document, one.gold) for one in asked] == [(document, (Span(12, 23),))]


def test_the_whole_name_goes_before_the_stem(text_document):
    exact, other = text_document(TEXT, "bees.md"), text_document("Other text.", "bees.md.txt")
    assert match([question("bees.md")], [other, exact]).questions[0].document is exact


def test_two_documents_with_one_name_are_refused(text_document):
    with pytest.raises(UserError, match=r"about bees match several documents: bees\.md, bees\.txt"):
        match([question()], [text_document(TEXT, "bees.md"), text_document("Other text.", "bees.txt")])


def test_a_document_given_twice_is_one(text_document):
    documents = [text_document(TEXT, "bees.md"), text_document(TEXT, "bees.md"), text_document(TEXT, "copy.md")]
    assert len(match([question(), question("copy")], documents).questions) == 2


def test_questions_about_other_documents_are_skipped_and_counted(text_document):
    matched = match(
        [question("wasps"), question(), question("ants"), question("wasps")], [text_document(TEXT, "bees.md")]
    )
    assert (len(matched.questions), matched.skipped) == (1, {"wasps": 2, "ants": 1})
    said = skipped_sentence(matched.skipped, ["bees.md"])
    assert said == "3 questions were skipped: about ants, wasps, while the documents are bees.md."
    assert skipped_sentence({"ants": 1}, ["bees.md"]).startswith("1 question was skipped: about ants")


def test_no_matching_document_is_refused(text_document):
    with pytest.raises(UserError, match=r"they are about ants, wasps, and the documents are bees\.md\."):
        match([question("wasps"), question("ants")], [text_document(TEXT, "bees.md")])


@pytest.mark.parametrize(
    "wrong",
    [question(start=13), question(content="beehives", start=5), question(content="slope.\n and on", start=30)],
)
def test_excerpts_of_another_text_are_refused(wrong, text_document):
    with pytest.raises(UserError, match=r"1 of 2 references differ from .*the first: row 2, in bees\.md"):
        match([question(), wrong], [text_document(TEXT, "bees.md")])


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
@pytest.mark.parametrize("content", ["The village", "keeps bees", "keeps bees\n", "bees\non the", "slope.\n"])
def test_other_line_ends_are_translated(line_end, content, text_document):
    text = TEXT.replace("\n", line_end)
    [asked] = match([question(content=content)], [text_document(text, "bees.md")]).questions
    [(start, end)] = asked.gold
    assert text[start:end] == content.replace("\n", line_end)


def test_mixed_line_ends(text_document):
    text = "\r\n\none\r\r\ntwo\n\r\n"
    content = "one\n\ntwo\n\n"
    [asked] = match([question(content=content, start=2)], [text_document(text, "bees.md")]).questions
    assert text[asked.gold[0].start : asked.gold[0].end] == "one\r\r\ntwo\n\r\n"
