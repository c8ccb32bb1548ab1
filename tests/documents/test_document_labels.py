"""Documents beside each other: one id is one document, and no two are called the same."""

from rag_core.documents.document import Document
from rag_core.documents.labels import labelled, repeats


def documents(*given: tuple[str, str]) -> list[Document]:
    return [Document.from_text(text, name) for name, text in given]


def test_two_contents_of_one_name_are_two_documents():
    found = labelled(documents(("v.txt", "one"), ("v.txt", "two"), ("v.txt", "three")))
    assert [(one.label, one.text) for one in found] == [("v.txt", "one"), ("v.txt (2)", "two"), ("v.txt (3)", "three")]
    assert [one.name for one in found] == ["v.txt"] * 3


def test_labels_stay_when_some_of_the_documents_are_put_away():
    _, second, third = labelled(documents(("v.txt", "one"), ("v.txt", "two"), ("v.txt", "three")))
    assert labelled([third, second]) == [third, second]
    assert [one.label for one in labelled([third, *documents(("v.txt", "four"))])] == ["v.txt (3)", "v.txt"]


def test_one_content_under_two_names_keeps_the_first_and_says_which_name_was_dropped():
    given = documents(("v.txt", "same"), ("w.txt", "other"), ("copy.md", "same"))
    assert [one.label for one in labelled(given)] == ["v.txt", "w.txt"]
    assert repeats(given) == ["copy.md has the same content as v.txt: it is searched once, as v.txt."]


def test_the_dropped_name_is_told_from_another_document_of_that_name():
    given = documents(("v.txt", "same"), ("w.txt", "other"), ("w.txt", "same"))
    assert repeats(given) == ["w.txt (2) has the same content as v.txt: it is searched once, as v.txt."]


def test_the_same_file_given_again_is_said_once():
    given = documents(("v.txt", "same"), ("v.txt", "same"), ("v.txt", "same"))
    assert len(labelled(given)) == 1
    assert repeats(given) == ["v.txt was given 3 times with the same content; it is searched once."]
    assert repeats(documents(("v.txt", "one"), ("v.txt", "two"))) == []


def test_a_renamed_document_keeps_what_is_known_of_it():
    document = Document.from_text("words", "v.txt")
    known = document.source_id
    renamed = document.renamed("w.txt", 2)
    assert (document.label, renamed.label, renamed.source_id) == ("v.txt", "w.txt (2)", known)
    assert document.renamed("v.txt", 1) is document
    assert "source_id" in vars(renamed)
