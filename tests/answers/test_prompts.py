"""Prompts are LlamaIndex's, and whatever stands in a document or a template is text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.prompts import default_prompts

from rag_core.answers.prompts import NOT_FOUND, REFINE, TEXT_QA, TREE_SUMMARIZE, checked_template, fill

BRACES = st.lists(
    st.sampled_from(
        ["{", "}", "{{", "{context_str}", "{query_str}", "{0}", "{x.y}", "{context_str!r}", "%s", "\\1", "a"]
    )
).map("".join)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (TEXT_QA, default_prompts.DEFAULT_TEXT_QA_PROMPT_TMPL),
        (TREE_SUMMARIZE, default_prompts.DEFAULT_TREE_SUMMARIZE_TMPL),
        (REFINE, default_prompts.DEFAULT_REFINE_PROMPT_TMPL),
    ],
)
def test_what_llama_index_asks_is_asked(ours, theirs):
    """Nothing but what is said of numbered excerpts and of the length is added."""
    for word in theirs.split():
        assert word.strip(".,") in ours
    assert "square brackets" in ours


def test_the_answer_where_there_is_none_is_named():
    assert NOT_FOUND in TEXT_QA
    assert NOT_FOUND in TREE_SUMMARIZE


@given(BRACES, BRACES, BRACES)
def test_braces_of_others_stay_as_they_are(template, context, question):
    filled = fill(template, context_str=context, query_str=question)
    context_at = [part.split("{query_str}") for part in template.split("{context_str}")]
    assert filled == context.join(question.join(parts) for parts in context_at)


def test_only_what_is_named_is_put_in():
    template = "{{context_str}} {other} {query_str} {context_str!r} {"
    assert fill(template, context_str="{query_str}", query_str="\\1") == "{{query_str}} {other} \\1 {context_str!r} {"


def test_a_template_without_a_place_names_it():
    assert checked_template("{a}{context_str}", "context_str") == "{a}{context_str}"
    with pytest.raises(ValueError, match=r"The template must contain \{context_str\}, which is replaced by"):
        checked_template("{{context str}}", "context_str")
