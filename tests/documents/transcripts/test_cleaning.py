"""Cleaning of what a model wrote for a page: only its remarks and the fence around the whole go."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.documents.transcripts.cleaning import NO_TEXT, clean
from rag_core.errors import UserError

PREAMBLES = [
    "Sure! Here\u2019s the extracted content in markdown format:",
    "Sure!",
    "Certainly! Here is the transcription of the page:",
    "Here's the text from the image, converted to Markdown:",
    "Below is the content of the page in Markdown format.",
    "Of course. Here is the markdown version of the document:",
    "I've transcribed the page into Markdown below:",
    "This is the transcribed text of the page:",
    "Okay, here is the Markdown:",
    "Based on the image provided, here is the content in markdown:",
    "I'll transcribe this page into Markdown for you.",
]
FAREWELLS = [
    "Let me know if you need anything else!",
    "I hope this helps! Let me know if you'd like changes.",
    "If you need further assistance, feel free to ask.",
    "Feel free to ask for another page.",
]
NOTES = ["Note: the table was converted to Markdown as it stands.", "I've kept the original formatting of the page."]
PAGES = [
    "# Results\n\nWe report three runs.\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    "and the sentence goes on from the page before.\n\n- one\n- two\n\n---\n\n## Next",
    "| TruthfulQA | ToxiGen |\n|---|---|\n| MPT |  |\n| 7B | 29.13 | 22.32 |\n\nTable 11: A broken table.",
    "# Usage\n\n```python\nprint('no remark')\n```\n\nThen run it:\n\n```\n$ make\n```",
    "Here are the main results of the extraction: 14.53 and 7.61.\n\nThey hold.",
    "Sure, this is what he said.\n\nAnd then he left.",
    "Dear reader,\n\nthank you.\n\nPlease let me know if you have any questions.",
    "Here is an example of Markdown:\n\n```markdown\n# Title\n```\n\nIt is shown as a heading.",
    "```markdown\n# Title\n```\n\nThis is converted to HTML by the parser, as chapter 4 says.",
    "```python\nx = 1\n```",
    "```\n$ first\n```\n\nand\n\n```\n$ second\n```",
    "“I'm sorry, I can't help you,” she said, and closed the door.",
    "Note: figures may not add up, since they were converted to dollars.",
    "1. To convert the document, press Save.\n2. To extract the text, press Open.",
    "使用者手冊\n\n請先閱讀本頁。 😀",
]
WORDS = re.compile(r"\w+")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_without_remarks_stays_as_it_is(page: str) -> None:
    assert clean(page) == (page, ())


@pytest.mark.parametrize("preamble", PREAMBLES)
@pytest.mark.parametrize("page", PAGES[:4])
def test_a_preamble_and_the_fence_around_the_page_are_removed(preamble: str, page: str) -> None:
    assert clean(f"{preamble}\n\n```markdown\n{page}\n```\n") == (page, (preamble,))


@pytest.mark.parametrize("preamble", [one for one in PREAMBLES if one != "Sure!"])
@pytest.mark.parametrize("page", PAGES[:4])
def test_a_preamble_is_removed_without_a_fence_too(preamble: str, page: str) -> None:
    assert clean(f"{preamble}\n\n{page}") == (page, (preamble,))


@pytest.mark.parametrize("end", FAREWELLS + NOTES)
@pytest.mark.parametrize("start", ["", PREAMBLES[0] + "\n\n"])
def test_what_follows_the_fence_is_removed_where_it_speaks_of_the_work(start: str, end: str) -> None:
    page = "\n\n".join(PAGES[:4])
    cleaned = clean(f"{start}```md\n{page}\n```\n\n{end}")
    assert cleaned == (page, tuple(filter(None, (start.strip(), end))))


@pytest.mark.parametrize("end", FAREWELLS)
def test_a_farewell_goes_where_a_preamble_shows_that_the_model_speaks(end: str) -> None:
    assert clean(f"{PREAMBLES[0]}\n\n{PAGES[0]}\n\n{end}") == (PAGES[0], (PREAMBLES[0], end))
    letter = f"{PAGES[0]}\n\n{end}"
    assert clean(letter) == (letter, ())


def test_a_farewell_that_names_the_transcript_goes_by_itself() -> None:
    end = "Let me know if the transcription needs changes."
    assert clean(f"{PAGES[0]}\n\n{end}") == (PAGES[0], (end,))


@pytest.mark.parametrize("info", ["", "markdown", "md", "text", "Markdown"])
@pytest.mark.parametrize("marks", ["```", "````", "~~~"])
def test_a_fence_around_the_whole_reply_is_removed(info: str, marks: str) -> None:
    assert clean(f"{marks}{info}\n{PAGES[0]}\n{marks}").text == PAGES[0]


def test_an_agreement_goes_only_before_a_transcript() -> None:
    assert clean(f"Sure thing! Here you go:\n\n```markdown\n{PAGES[0]}\n```").text == PAGES[0]
    assert clean(f"Here you go:\n\n{PAGES[0]}").text == f"Here you go:\n\n{PAGES[0]}"


def test_fences_inside_of_a_wrapped_page_stay() -> None:
    code = PAGES[3]
    assert clean(f"```markdown\n{code[: code.index('Then')].strip()}\n```").text == code[: code.index("Then")].strip()
    assert clean(f"{PREAMBLES[0]}\n\n```markdown\n{code}\n```").text == code
    assert clean(f"````markdown\n{code}\n````").text == code


def test_a_reply_that_was_cut_loses_the_fence_that_it_never_closed() -> None:
    assert clean("```markdown\n# Title\n\nThe text ends he").text == "# Title\n\nThe text ends he"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_and_byte_order_marks_are_those_of_every_text(line_end: str) -> None:
    reply = f"\ufeff\n\nSure!\n\n```markdown\n{PAGES[0]}\n```\n\n".replace("\n", line_end)
    assert clean(reply) == (PAGES[0], ("Sure!",))


@pytest.mark.parametrize("reply", ["", "  \r\n ", "\ufeff", "```markdown\n```", "Sure!\n\n```markdown\n\n```"])
def test_an_empty_reply_is_an_error(reply: str) -> None:
    with pytest.raises(UserError, match="was not read: its transcript is empty"):
        clean(reply)


@pytest.mark.parametrize("reply", [NO_TEXT, f"```markdown\n{NO_TEXT}\n```", f"{PREAMBLES[1]}\n\n```\n{NO_TEXT}\n```"])
def test_a_page_that_has_no_text_is_none(reply: str) -> None:
    assert clean(reply).text == ""


@pytest.mark.parametrize(
    "reply",
    [
        "I'm sorry, I can't assist with that.",
        "I\u2019m sorry, but I can\u2019t help with that request.",
        "Sorry, I cannot view images.",
        "I am unable to read the page, since the image is too small.",
        "I'm sorry, but I can't provide a verbatim transcription of this page. However, here is a summary:\n\n"
        + PAGES[0],
        "Unfortunately, I am not able to process this file.",
        "It seems there is no image attached. Please upload it.",
        "I don't see an image.",
        "As an AI language model, I cannot see the image.",
        "```markdown\nI'm sorry, I can't assist with that.\n```",
    ],
)
def test_a_refusal_is_an_error_that_quotes_it(reply: str) -> None:
    with pytest.raises(UserError, match="was not read: in place of a transcript, the model refused"):
        clean(reply)


def test_a_long_page_that_begins_like_a_refusal_is_a_page() -> None:
    page = "I'm sorry, I can't help you, she said, and turned away from him. " * 10
    assert clean(page).text == page.strip()


lines = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30) | st.sampled_from(
    ["", "# Head", "| a | b |", "|---|---|", "---", "```", "```python", "~~~", "```markdown", "- item", *PREAMBLES]
)
pages = st.lists(lines | st.sampled_from(FAREWELLS + NOTES), min_size=1, max_size=12).map("\n".join)


@given(pages)
def test_cleaning_is_idempotent(reply: str) -> None:
    try:
        once = clean(reply)
    except UserError:
        return
    assert once.text == "" or clean(once.text) == (once.text, ())


@given(pages, st.sampled_from(["\n", "\r\n"]))
def test_every_word_of_a_reply_is_in_the_text_or_in_a_remark(reply: str, line_end: str) -> None:
    try:
        cleaned = clean(reply.replace("\n", line_end))
    except UserError:
        return
    kept = Counter(WORDS.findall(f"{cleaned.text}\n" + "\n".join(cleaned.removed)))
    lost = Counter(WORDS.findall(reply)) - kept
    assert set(lost) <= {"markdown", "md", "text"}  # of a fence
    assert all(one in (*PREAMBLES, *FAREWELLS, *NOTES) for one in cleaned.removed)


content = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)
    | st.sampled_from(["| 7B | 29.13 |", "|---|", "## 4.2 Safety", "1. item", "```python\nx = 1\n```", "---"]),
    min_size=1,
    max_size=8,
).map("\n\n".join)


@given(content)
def test_a_page_in_a_preamble_and_a_fence_comes_out_as_without(page: str) -> None:
    try:
        plain = clean(page)
    except UserError:
        return
    assert clean(f"{PREAMBLES[0]}\n\n````markdown\n{page}\n````\n").text == plain.text


@pytest.mark.parametrize(("name", "removed"), [("page_23.md", 0), ("page_24.md", 1)])
def test_two_real_replies_keep_every_word(name: str, removed: int, shared_data: Path) -> None:
    raw = (shared_data / "vision" / name).read_text(encoding="utf-8")
    cleaned = clean(raw)
    assert len(cleaned.removed) == removed
    lost = Counter(WORDS.findall(raw)) - Counter(WORDS.findall(" ".join((cleaned.text, *cleaned.removed))))
    assert lost == (Counter(["markdown"]) if removed else Counter())
    assert cleaned.text in raw
    assert "```" not in cleaned.text
